"""What a person has who installs the package and has no copy of the repository: every command, and its files.

Witness: the wheel itself, installed where neither the tree of the tests nor their libraries can be reached.
"""

from __future__ import annotations

import re
import tomllib
from zipfile import ZipFile

import pytest

from install.conftest import metadata
from own_project import ROOT

STUDIES = "study,x,n\nNorth,24,120\nSouth,9,75\nEast,20,80\n"
LOOK = """
import importlib, pkgutil, sys
import icans_evidence
for module in pkgutil.walk_packages(icans_evidence.__path__, "icans_evidence."):
    if ".project." not in module.name and not module.name.endswith("__main__"):
        importlib.import_module(module.name)
print(*sys.path, *(m.__file__ for name, m in sys.modules.items() if name.startswith("icans_evidence")), sep="\\n")
"""


@pytest.fixture(scope="module")
def project(bare, tmp_path_factory):
    """An empty folder in which `new` has made a project."""
    folder = tmp_path_factory.mktemp("empty")
    done = bare.run("new", "my-review", "--title", "Headache after lumbar puncture", cwd=folder)
    assert done.returncode == 0, done.stderr
    (folder / "studies.csv").write_text(STUDIES, encoding="utf-8")
    return folder


def test_the_wheel_has_every_file_of_the_package(wheel):
    source = ROOT / "src"
    files = {
        path.relative_to(source).as_posix()
        for path in (source / "icans_evidence").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert files <= set(ZipFile(wheel).namelist())
    kinds = {name.rpartition(".")[2] for name in files}
    assert {"typed", "csv", "js", "lua", "css", "woff2", "docx", "typ", "qmd", "toml"} <= kinds


def test_the_package_page_has_the_readme_and_no_link_that_needs_the_repository(wheel):
    fields, _, page = metadata(wheel).partition("\n\n")
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"\nVersion: {declared['version']}\n" in fields and "\nDescription-Content-Type: text/markdown" in fields
    assert page.startswith("# icans-evidence") and "see LICENSE and CITATION.cff" in page
    links = re.findall(r"\]\(([^)]*)\)", page)
    assert [link for link in links if not link.startswith(("https://", "#"))] == []
    assert len(page.splitlines()) > 50


def test_nothing_is_taken_from_the_tree_of_the_tests(rendering, tmp_path):
    done = rendering.run("-c", LOOK, cwd=tmp_path, program="python")
    assert done.returncode == 0, done.stderr
    found = done.stdout.splitlines()
    assert len([line for line in found if line.endswith(".py")]) > 100
    assert [line for line in found if line.startswith(str(ROOT))] == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--project", "my-review", "validate"], "no fault"),
        (["--project", "my-review", "results"], "result_id,"),
        (["pool", "studies.csv", "--events", "x", "--total", "n"], "from 3 studies"),
        (["pool-medians", "studies.csv", "--median", "x"], "20"),
        (["grade", "--ice", "2", "--consciousness", "alert"], "grade 3"),
        (["--project", "my-review", "export", "--to", "csv", "--out", "out"], "out"),
    ],
)
def test_a_command_works_without_any_extra(bare, project, words, says):
    done = bare.run(*words, cwd=project)
    assert (done.returncode, done.stderr) == (0, "")
    assert says in done.stdout


def test_the_version_is_that_of_the_package(bare, tmp_path):
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    asked = "import icans_evidence; print(icans_evidence.__version__)"
    assert bare.run("-c", asked, cwd=tmp_path, program="python").stdout == f"{declared}\n"
    assert bare.run("--version", cwd=tmp_path).stdout.rstrip().endswith(declared)


def test_a_new_project_builds_with_the_extra_for_pages(rendering, project):
    done = rendering.run("--project", "my-review", "build", "--engine", "pandoc", "--to", "html,pdf,docx", cwd=project)
    assert done.returncode == 0, done.stderr
    pages = project / "my-review" / "_site" / "reports"
    assert all((pages / f"index.{form}").is_file() for form in ("html", "pdf", "docx"))
    assert "Headache after lumbar puncture" in (pages / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "extra"),
    [
        (["--project", "my-review", "build"], "render"),
        (["--project", "my-review", "preview", "--port", "0"], "render"),
        (["--project", "my-review", "template", "form.xlsx"], "xlsx"),
        (["--project", "my-review", "audit", "--article", "review.pdf"], "audit"),
        (["grade-table", "patients.csv", "-o", "graded.csv", "--engine", "duckdb"], "bulk"),
        (["grade-table", "patients.csv", "-o", "graded.csv", "--engine", "spark"], "spark"),
    ],
)
def test_a_command_whose_library_is_absent_names_the_line_that_installs_it(bare, project, words, extra):
    """Seen before: `build` ended in 3 with "No module named 'yaml'"."""
    (project / "review.pdf").write_bytes(b"%PDF-1.4\n")
    (project / "patients.csv").write_text("patient_id,day,ice\nA,1,8\n", encoding="utf-8")
    done = bare.run(*words, cwd=project)
    assert done.returncode == 2, done.stderr
    assert f"pip install 'icans-evidence[{extra}]'" in done.stderr and f"'.[{extra}]'" in done.stderr
    assert len(done.stderr.splitlines()) == 1 and "Traceback" not in done.stderr
