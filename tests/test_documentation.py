"""The help pages are true: every command and key is on them, and every example that they give is run.

Witness: what the commands themselves print, run as a reader would run them.
"""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

import icans_evidence
from icans_evidence.cli import COMMANDS, cli
from icans_evidence.cli.json_keys import JSON_KEYS
from icans_evidence.pages import PAGE as PAGE_NAMES
from icans_evidence.pages import command_reference, house_page, public_names
from icans_evidence.pages.letterhead import letterhead
from own_project import ROOT, copied
from test_tutorial import steps, walk

HOWTO, COMMANDS_PAGE, API, HOUSE = (ROOT / "reports" / f"{name}.qmd" for name in ("howto", "commands", "api", "_house"))
REVIEW = "10.1212/cpj.0000000000200575"
STUDIES = "study,x,n,days\nNorth,24,120,4\nSouth,9,75,5\nEast,20,80,6\nWest,11,96,5\n"
STAND_IN = f"""doi {REVIEW}

Findings

Seizures occurred in 12 of 40 patients of an invented study.
"""
"""What stands for the reader's copy of the review: its DOI and none of its sentences."""
PATIENTS = ("assessments.csv", "infusions.csv")


@pytest.fixture
def project(tmp_path):
    """A copy of this project without what tests and builds leave."""
    return copied(tmp_path / "icans-evidence")


def ran(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A command line run in a folder, with this environment's commands first."""
    here = str(Path(sys.executable).parent)
    settings = os.environ | {"PATH": f"{here}{os.pathsep}{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    return subprocess.run(["bash", "-c", line], cwd=folder, env=settings, capture_output=True, text=True, check=False)


def pdf(words: str, path: Path) -> None:
    """A PDF that holds the words."""
    import typst

    source = path.with_suffix(".typ")
    source.write_text(words, encoding="utf-8")
    typst.compile(source, output=path)


def words_of(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup.replace("<wbr>", ""))).split())


# commands ---------------------------------------------------------------------


def test_every_command_has_its_section_and_the_page_names_no_other():
    page = COMMANDS_PAGE.read_text(encoding="utf-8")
    assert re.findall(r'^command\("([\w-]+)"\)$', page, re.MULTILINE) == re.findall(
        r"^### ([\w-]+) \{", page, re.MULTILINE
    )
    assert sorted(re.findall(r'^command\("([\w-]+)"\)$', page, re.MULTILINE)) == sorted(COMMANDS)
    assert all(f"{{#sec-{name}}}" in page for name in COMMANDS), "the anchor by which other pages lead to a command"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_section_says_what_the_help_says(name):
    shown = words_of(command_reference.command(cli, name).html)
    help_text = CliRunner().invoke(cli, [name, "--help"], terminal_width=400).stdout
    options = re.findall(r"^  (-.+?)(?:  |$)", help_text, re.MULTILINE)
    assert options[-1] in ("-h, --help", "--help"), "which is the same everywhere and said once"
    for option in options[:-1]:
        assert option in shown
    for default in re.findall(r"\[default: (.*?)\](?=\s*$)", help_text, re.MULTILINE):
        assert default.partition("; ")[0] in shown
    (example,) = re.findall(r"^\s+?Example: (.*)|^Example: (.*)", help_text, re.MULTILINE)
    assert "".join(example) in shown


@pytest.fixture(scope="module")
def examples(tmp_path_factory) -> Path:
    """A project with this project's data and few pages, and the files that examples name."""
    folder = tmp_path_factory.mktemp("examples")
    done = ran(f"icans-evidence new work --update-of '{ROOT}'", folder)
    assert done.returncode == 0, done.stderr
    work = folder / "work"
    shutil.copytree(ROOT / "data" / "extraction_passes", work / "data" / "extraction_passes", dirs_exist_ok=True)
    (work / "studies.csv").write_text(STUDIES, encoding="utf-8")
    for name in PATIENTS:
        shutil.copyfile(ROOT / "analysis" / "synthetic" / name, work / name)
    (work / "review.txt").write_text(STAND_IN, encoding="utf-8")
    pdf("= Findings\nNothing of the paper stands here.", work / "strati.pdf")
    (work / "data" / "VERSION").write_text("0.2.0 2026-11-22\n", encoding="utf-8")
    git = "git -c user.name=Reader -c user.email=reader@example.org"
    tag = f"git init -q . && git add data analysis && {git} commit -q -m first && git tag v0.1.0"
    assert ran(f"{tag} && icans-evidence results --write", work).returncode == 0
    return work


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "preview"])
def test_the_example_of_a_command_runs(name, examples):
    if name == "check-release":
        assert ran("icans-evidence release 0.2.0 --replace", examples).returncode == 0
    line = command_reference.example(cli.get_command(click.Context(cli), name))
    done = ran(line, examples)
    copy_is_no_source = name == "audit"  # the stand-ins hold none of the sentences, and the command must say so
    assert done.returncode == (1 if copy_is_no_source else 0), done.stdout[-2000:] + done.stderr
    assert "Traceback" not in done.stderr
    if copy_is_no_source:
        assert "have a sentence that is not in the copy" in done.stdout and (examples / "audit.html").is_file()


def test_the_example_of_preview_serves_until_it_is_stopped(examples):
    line = command_reference.example(cli.get_command(click.Context(cli), "preview"))
    program, *words = line.replace("--port 8000", "--port 0").split()
    command = [str(Path(sys.executable).parent / program), *words]
    with subprocess.Popen(command, cwd=examples, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as server:
        assert server.stdout is not None
        told = next((line for line in server.stdout if "http://" in line), "")
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=60)
    assert "http://127.0.0.1:" in told or "http://localhost:" in told


# keys of --json -----------------------------------------------------------------


def paths(value: Any, at: str = "") -> Iterator[str]:
    """The path of every key in a JSON value, in the notation of `JSON_KEYS`."""
    if isinstance(value, dict):
        for key, inner in value.items():
            here = f"{at}.{key}" if at else key
            yield here
            yield from paths(inner, here)
    elif isinstance(value, list):
        for inner in value:
            yield from paths(inner, f"{at}[]")


def fits(path: str, declared: str) -> bool:
    return re.fullmatch(re.escape(declared).replace(r"\*", r"[^.\[\]]+"), path) is not None


def asked(*words: str | Path) -> Any:
    """What a command prints with --json."""
    done = CliRunner().invoke(cli, [*map(str, words), "--json"], standalone_mode=False)
    assert done.exception is None, done.output
    return json.loads(done.stdout)


@pytest.fixture
def answers(project, tmp_path):
    """Command → the answers of calls that between them print every key."""
    studies, old = tmp_path / "studies.csv", tmp_path / "old"
    studies.write_text(STUDIES, encoding="utf-8")
    shutil.copytree(project / "data", old)
    copy = tmp_path / "copy.txt"
    copy.write_text(STAND_IN, encoding="utf-8")
    passes = ROOT / "data" / "extraction_passes"

    def calls(name: str) -> list[Any]:
        here = ("--project", project)
        if name in ("diff", "check-release"):
            changed(project, old)
        if name == "check-release":
            for words in (("results", "--write"), ("release", "0.1.0")):
                assert CliRunner().invoke(cli, [*map(str, here), *words], standalone_mode=False).exception is None
        return {
            "results": lambda: [asked(*here, "results")],
            "show": lambda: [
                asked(*here, "show", "NCS-002"),
                asked(*here, "show", "LAB-001"),
                *(asked(*here, "show", name) for name in ("saw2022", "neelapu2017")),
            ],
            "audit": lambda: [asked(*here, "audit", "--article", copy), asked(*sign_and_lose(project), "audit")],
            "compare-extractions": lambda: [asked("compare-extractions", passes / "a", passes / "b")],
            "diff": lambda: [asked("diff", old, project / "data"), asked("diff", wider(tmp_path), old)],
            "check-release": lambda: [asked(*here, "check-release")],
            "pool": lambda: [asked("pool", studies, "--events", "x", "--total", "n")],
            "pool-medians": lambda: [asked("pool-medians", studies, "--median", "days")],
            "grade": lambda: [asked("grade", "--ice", "6"), asked("grade", "--scale", "crs", "--fever", "yes")],
        }[name]()

    return calls


def sign_and_lose(project: Path) -> tuple[str, Path]:
    """The project with a signature of a row that it does not hold."""
    sign = ("--project", str(project), "sign", "SYM-005", "--by", "JD")
    assert CliRunner().invoke(cli, sign, standalone_mode=False).exception is None
    path = project / "data" / "verification.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("SYM-005", "SYM-999"), encoding="utf-8")
    return "--project", project


def changed(project: Path, old: Path) -> None:
    """Edits by which a row came, went, changed and took another name, and signatures came and lapsed."""
    new = project / "data"
    edit(old, "symptoms", r"^SYM-003,.*\n", "")
    edit(new, "symptoms", r"^SYM-004,.*\n", "")
    edit(new, "symptoms", r"^SYM-005,", "SYM-905,")
    for data, row in ((old, "NCS-002"), (new, "SEI-003")):
        sign = ("sign", row, "--by", "JD", "--data", str(data))
        assert CliRunner().invoke(cli, sign, standalone_mode=False).exception is None
    signed = (old / "verification.csv").read_text(encoding="utf-8").splitlines(keepends=True)[-1]
    with (new / "verification.csv").open("a", encoding="utf-8") as file:
        file.write(signed)
    edit(new, "ncse_frequencies", r"^(NCS-002,.*?),3,9,(.*)3 of 9", r"\1,4,9,\g<2>4 of 9")
    edit(new, "cohorts", r"^(saw2022,.*)$", r"\1 again")


def wider(tmp_path: Path) -> Path:
    """The data with a column that no table has today."""
    data = Path(shutil.copytree(tmp_path / "old", tmp_path / "wider"))
    path = data / "extracted" / "symptoms.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([f"{head},weather", *(f"{row},fair" for row in rows), ""]), encoding="utf-8")
    return data


def edit(data: Path, table: str, pattern: str, to: str) -> None:
    path = data / "extracted" / f"{table}.csv"
    text, count = re.subn(pattern, to, path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert count == 1, f"{table}: {pattern}"
    path.write_text(text, encoding="utf-8")


def test_each_command_with_json_has_its_keys_declared():
    group = click.Context(cli)
    with_json = [
        name for name in COMMANDS if any("--json" in option.opts for option in cli.get_command(group, name).params)
    ]
    assert sorted(JSON_KEYS) == sorted(with_json)
    page = COMMANDS_PAGE.read_text(encoding="utf-8")
    assert sorted(re.findall(r'^json_keys\("([\w-]+)"\)$', page, re.MULTILINE)) == sorted(with_json)


@pytest.mark.parametrize("name", JSON_KEYS)
def test_the_keys_printed_are_those_declared(name, answers):
    printed = dict.fromkeys(path for answer in answers(name) for path in paths(answer))
    declared = JSON_KEYS[name]
    assert not [path for path in printed if not any(fits(path, key) for key in declared)], "printed and not declared"
    assert not [key for key in declared if not any(fits(path, key) for path in printed)], "declared and not printed"


# how to, functions, house ---------------------------------------------------------


def test_every_task_of_the_how_to_page_does_what_it_says(project, tmp_path):
    for (commands, expected), printed in zip(steps(HOWTO), walk(HOWTO, tmp_path), strict=True):
        for line in expected:
            assert line in printed, f"{commands}\n{printed}"
    (with_a_copy,) = re.findall(r"^```bash\n(.*?)^```$", HOWTO.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    pdf(STAND_IN, tmp_path / "review.pdf")
    done = ran(with_a_copy, tmp_path)
    assert done.returncode == 1 and "Traceback" not in done.stderr, "no sentence of the review is in the stand-in"
    assert (tmp_path / "mine.html").is_file()


def test_the_brand_of_the_how_to_page_heads_a_handout(project):
    (brand,) = fenced(HOWTO, "yaml")
    (project / "_brand.yml").write_text(brand, encoding="utf-8")
    logo, _, words = letterhead(project).markdown.partition("{=html} ")
    assert logo.startswith('`<img class="logo" src="data:image/png;base64,')
    assert logo.endswith('" alt="Logo of the Hospital of Nowhere">`')
    assert words == "**Hospital of Nowhere · Neurology on call** · Local phone line: extension 0000"


def fenced(page: Path, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


RUN = {
    "howto.qmd": {"sh": "run", "text": "printed by them", "bash": "run with a stand-in", "yaml": "read"},
    "tutorial.qmd": {"sh": "run", "text": "printed by them", "bash": "install: compared with pyproject.toml"},
    "own_patients.qmd": {"sh": "run", "text": "printed by them"},
    "api.qmd": {"python": "run"},
    "README.md": {"sh": "run, or a door of the Makefile", "python": "run"},
}
"""Page → the kinds of blocks on it and what the tests of this file and of the tutorial do with each."""


def test_no_page_has_a_block_that_no_test_runs():
    pages = [*(ROOT / "reports").glob("*.qmd"), *ROOT.glob("*.md"), ROOT / "data" / "README.md"]
    for page in pages:
        kinds = set(re.findall(r"^```(\w+)$", page.read_text(encoding="utf-8"), re.MULTILINE))
        assert kinds <= set(RUN.get(page.name, {})), page.name


def test_the_blocks_of_the_readme_run(project, tmp_path):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    doors, show, audit = fenced(ROOT / "README.md", "sh")
    for door in re.findall(r"^make (\w+)", doors, re.MULTILINE):
        assert f"\n{door}:" in makefile
    pdf(STAND_IN, project / "review.pdf")
    shown, walked = (ran(block.replace(".venv/bin/", ""), project) for block in (show, audit))
    assert shown.returncode == 0 and "Nonconvulsive status epilepticus" in shown.stdout
    assert walked.returncode == 1 and (project / "mine.html").is_file(), "no sentence of the review is in the stand-in"
    (script,) = fenced(ROOT / "README.md", "python")
    assert ran(f"python -c '{script}'", project).returncode == 0


PROSE = [
    *sorted((ROOT / "reports").glob("*.qmd")),
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "data" / "README.md",
]


@pytest.mark.parametrize("page", PROSE, ids=lambda page: page.name)
def test_a_command_named_in_a_sentence_is_one_and_has_its_options(page):
    for line in re.findall(r"`icans-evidence ([^`]+)`", page.read_text(encoding="utf-8")):
        words = line.replace("\n", " ").split()
        words = words[2:] if words[0] == "--project" else words
        assert words[0] in COMMANDS or words[0].startswith("--"), line
        if words and words[0] in COMMANDS:
            known = {name for option in cli.get_command(click.Context(cli), words[0]).params for name in option.opts}
            assert {word for word in words if word.startswith("-") and word.strip("-")} <= known | {"--help"}, line


@pytest.mark.parametrize("page", PROSE, ids=lambda page: page.name)
def test_a_function_named_in_a_sentence_can_be_called_in_a_page(page):
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for name in re.findall(r'`(?:\{python\} )?([a-z_]+)\("[^`]*\)`', text):
        assert name in PAGE_NAMES or name in icans_evidence.__all__, f"{name}()"


def test_the_files_that_a_recipe_names_are_there():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    source = ROOT / "src" / "icans_evidence"
    named = set(re.findall(r"`([\w./-]+/[\w.-]*)`", text)) - {"data/corrections.csv", "data/outcomes.csv"}
    absent = [
        path
        for path in named
        if not any(
            (base / path).exists()
            for base in (ROOT, source, source / "publishing", source / "audit", source / "figures")
        )
    ]
    assert absent == [], "a file that CONTRIBUTING.md names; those two are made when needed"


def test_the_script_on_the_page_of_functions_runs():
    (script,) = re.findall(r"^```python\n(.*?)^```$", API.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "At least grade 2; seizure, motor and edema findings not assessed." in done.stdout


def test_every_public_name_of_a_room_is_on_the_page_of_functions_and_explains_itself():
    modules = re.findall(r'^names\("([\w.]+)"\)$', API.read_text(encoding="utf-8"), re.MULTILINE)
    rooms = ["", ".evidence", ".grading", ".pages", ".audit.consistency"]
    assert {f"icans_evidence{room}" for room in rooms} <= set(modules)
    for name in modules:
        module, shown = import_module(name), public_names.names(name).html
        for public in public_names.public(module):
            above = name != "icans_evidence" and public in icans_evidence.__all__
            assert above or f'-{public}"><code>{public}' in shown
            value = getattr(module, public)
            assert not callable(value) or value.__doc__, f"{name}.{public} says nothing of itself"


def test_a_signature_is_written_as_in_the_source():
    from icans_evidence.grading import IceScore, score_ice

    assert public_names.signature("score_ice", score_ice) == "score_ice(items: Mapping[str, bool | None]) -> IceScore"
    assert (
        public_names.signature("IceScore", IceScore)
        == "IceScore(minimum: int, maximum: int, unanswered: tuple[str, ...])"
    )


def test_the_house_has_each_recipe_and_each_word_and_no_link_into_the_repository():
    page = HOUSE.read_text(encoding="utf-8")
    recipes = re.findall(r"^\*\*(.+?)\.\*\*", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(recipes) > 10
    for recipe in recipes:
        assert f"### {recipe} {{#sec-" in page
    for row in re.findall(r"^\| .*", (ROOT / "GLOSSARY.md").read_text(encoding="utf-8"), re.MULTILINE):
        assert row in page
    assert not re.search(r"\]\((?!https?:|#)", page) and "{python}" not in page


def test_a_link_of_the_house_becomes_a_name_and_code_is_not_run():
    made = house_page.house(
        '# C\n\n**Do it.** See [`data/x.md`](data/x.md): `{python} say("a")`.\n', "# G\n\n| a | b |\n"
    )
    assert '### Do it {#sec-do-it}\n\nSee `data/x.md`: `say("a")`.' in made
    assert made.endswith("## Words of the house {#sec-words-of-the-house}\n\n| a | b |\n")
