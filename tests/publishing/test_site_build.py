"""A site is replaced whole or not at all, by one build at a time, and only where something has changed."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from icans_evidence.errors import UsageError, UserError
from icans_evidence.files import folder_swap
from icans_evidence.publishing import assets, due_pages, site, stamps

BUILD = """
import sys
from pathlib import Path
from icans_evidence.publishing import site
root = Path(sys.argv[1])
built = site.build(root, root / "data", root / "_site", "pandoc")
print(*built.pages)
heavy = {"polars", "pandera", "altair", "great_tables", "numpy", "vl_convert"} & set(sys.modules)
print("heavy:", *sorted(heavy))
"""


@pytest.fixture(autouse=True)
def _light_charts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "charts_bundle", lambda: f"/* {assets.bundle_version()} */\n")


def contents(folder: Path) -> dict[str, str]:
    """Every file below `folder` with a hash of its bytes."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def build(root: Path) -> site.Built:
    return site.build(root, root / "data", root / "_site", "pandoc")


def write(root: Path, body: str, name: str = "one") -> None:
    (root / "reports" / f"{name}.qmd").write_text(body, encoding="utf-8")


def leftovers(root: Path) -> list[str]:
    return [path.name for path in root.glob("._site.tmp-*")]


def test_the_layout_is_quartos(sample: Path) -> None:
    build(sample)
    names = set(contents(sample / "_site"))
    assert {"index.html", "reports/features.html", "reports/handout.html"} <= names
    assert {"reports/assets/theme.css", "reports/assets/site.js", "reports/assets/charts.js"} <= names
    assert not [name for name in names if name.endswith(".otf")]


def test_the_door_leads_to_the_first_page_and_says_what_the_site_is_not(sample: Path) -> None:
    build(sample)
    door = (sample / "_site" / "index.html").read_text(encoding="utf-8")
    assert 'content="0; url=reports/features.html"' in door
    assert '<a href="reports/features.html">' in door
    assert "Not medical advice" in door
    assert "default-src 'none'" in door


def test_every_page_begins_with_the_same_policy(sample: Path) -> None:
    build(sample)
    for path in (sample / "_site").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">', text)
        assert policy, path
        assert policy.start() < 100
        assert policy.group(1) == (
            "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
            "img-src 'self' data:; font-src 'self' data:; base-uri 'none'; form-action 'none'"
        )


def test_two_builds_give_the_same_bytes(sample: Path, tmp_path: Path) -> None:
    build(sample)
    site.build(sample, sample / "data", tmp_path / "again", "pandoc")
    assert contents(sample / "_site") == contents(tmp_path / "again")


def test_an_unchanged_site_is_not_touched_and_nothing_heavy_is_loaded(sample: Path) -> None:
    build(sample)
    before = (sample / "_site").stat().st_ino
    done = subprocess.run([sys.executable, "-c", BUILD, sample], capture_output=True, text=True, check=True)
    assert done.stdout == "\nheavy:\n"
    assert (sample / "_site").stat().st_ino == before


def test_only_a_changed_page_is_made_again(sample: Path) -> None:
    build(sample)
    with (sample / "reports" / "handout.qmd").open("a", encoding="utf-8") as page:
        page.write("\nMore.\n")
    built = build(sample)
    assert built.pages == ("reports/handout.qmd",)
    assert built.kept == ("reports/features.qmd",)
    assert "More." in (sample / "_site" / "reports" / "handout.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("changed", ["reports/_shared.qmd", "data/references.bib", "_quarto.yml"])
def test_what_all_pages_depend_on_remakes_all(sample: Path, changed: str) -> None:
    build(sample)
    with (sample / changed).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert len(build(sample).pages) == 2


def test_a_site_that_somebody_touched_is_made_whole_again(sample: Path) -> None:
    build(sample)
    before = contents(sample / "_site")
    (sample / "_site" / "reports" / "assets" / "theme.css").unlink()
    (sample / "_site" / "reports" / "handout.html").write_text("gone", encoding="utf-8")
    assert build(sample).pages == ("reports/handout.qmd",)
    assert contents(sample / "_site") == before


def test_a_page_that_is_no_longer_rendered_leaves_the_site(small: Path) -> None:
    write(small, "One.\n")
    write(small, "Two.\n", "two")
    build(small)
    (small / "reports" / "two.qmd").unlink()
    build(small)
    assert not (small / "_site" / "reports" / "two.html").exists()


def test_an_error_leaves_the_last_good_site(small: Path) -> None:
    write(small, "Good.\n")
    build(small)
    before = contents(small / "_site")
    write(small, "```{python}\n1 / 0\n```\n")
    with pytest.raises(UserError):
        build(small)
    assert contents(small / "_site") == before
    assert leftovers(small) == []


def test_an_interrupt_leaves_the_last_good_site(small: Path) -> None:
    write(small, "Good.\n")
    build(small)
    before = contents(small / "_site")
    write(small, "```{python}\nraise KeyboardInterrupt\n```\n")
    with pytest.raises(KeyboardInterrupt):
        build(small)
    assert contents(small / "_site") == before
    assert leftovers(small) == []


def wait_for(path: Path) -> None:
    for _ in range(1000):
        if path.exists():
            return
        time.sleep(0.02)
    raise AssertionError(f"{path} never came")


def start(root: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", BUILD, str(root)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)


def test_a_killed_build_leaves_the_last_good_site_and_the_next_one_sweeps(small: Path) -> None:
    write(small, "Good.\n")
    build(small)
    before = contents(small / "_site")
    mark = small / "started"
    write(small, f"```{{python}}\nimport time\nopen({str(mark)!r}, 'w').close()\ntime.sleep(60)\n```\n")
    killed = start(small)
    wait_for(mark)
    os.killpg(killed.pid, signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL
    assert contents(small / "_site") == before
    assert leftovers(small) != []
    write(small, "Better.\n")
    build(small)
    assert "Better." in (small / "_site" / "reports" / "one.html").read_text(encoding="utf-8")
    assert leftovers(small) == []


def test_kills_at_any_moment_leave_an_old_or_a_new_site_but_never_a_mixed_one(small: Path) -> None:
    for name in ("one", "two"):
        write(small, "Turn 0.\n", name)
    build(small)
    for turn in range(1, 9):
        for name in ("one", "two"):
            write(small, f"Turn {turn}.\n", name)
        killed = start(small)
        time.sleep(0.1 + 0.06 * turn)
        os.killpg(killed.pid, signal.SIGKILL)
        killed.wait()
        pages = [(small / "_site" / "reports" / f"{name}.html").read_text("utf-8") for name in ("one", "two")]
        turns = [re.findall(r"Turn \d+", page) for page in pages]
        assert turns[0] == turns[1]
        assert due_pages.whole(small / "_site", ("reports/one.qmd", "reports/two.qmd"))


def test_two_builds_at_once_do_not_mix(small: Path) -> None:
    for name in ("one", "two", "three"):
        write(small, "Text.\n", name)
    running = [start(small) for _ in range(3)]
    assert [process.wait() for process in running] == [0, 0, 0]
    assert len(contents(small / "_site" / "reports")) >= 3
    made = sorted((process.stdout.read() if process.stdout else "").split("\n")[0] for process in running)
    assert made == ["", "", "reports/one.qmd reports/three.qmd reports/two.qmd"]


def test_where_folders_cannot_be_exchanged_in_one_step_they_still_change_place(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_swap, "_exchange_in_one_step", lambda new, out: False)
    for word in ("First", "Second"):
        write(small, f"{word}.\n")
        build(small)
    assert "Second." in (small / "_site" / "reports" / "one.html").read_text(encoding="utf-8")
    assert leftovers(small) == []


def test_a_kill_between_the_two_steps_is_mended_by_the_next_build(small: Path) -> None:
    write(small, "Good.\n")
    build(small)
    before = contents(small / "_site")
    (small / "_site").rename(folder_swap._before(small / "_site"))
    folder_swap.sweep(small / "_site")
    assert contents(small / "_site") == before
    assert leftovers(small) == []


def test_a_folder_that_is_not_a_site_is_never_replaced(small: Path, tmp_path: Path) -> None:
    write(small, "Text.\n")
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("keep me", encoding="utf-8")
    for out in (mine, small, small / "data", tmp_path, mine / "letter.txt"):
        with pytest.raises(UsageError, match=r"^output "):
            site.build(small, small / "data", out, "pandoc")
    assert (mine / "letter.txt").read_text(encoding="utf-8") == "keep me"
    assert (small / "data" / "references.bib").is_file()


def test_a_folder_that_cannot_be_written_is_named(small: Path) -> None:
    write(small, "Text.\n")
    with pytest.raises(UsageError, match=r"^output .*/_quarto\.yml/out cannot be written: "):
        site.build(small, small / "data", small / "_quarto.yml" / "out", "pandoc")


def test_cells_learn_the_data_folder_and_the_environment_is_as_before(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ICANS_EVIDENCE_DATA", "before")
    other = Path(shutil.copytree(small / "data", tmp_path / "other"))
    write(small, "```{python}\nimport os\nprint(os.environ['ICANS_EVIDENCE_DATA'])\n```\n")
    site.build(small, other, small / "_site", "pandoc")
    assert str(other) in (small / "_site" / "reports" / "one.html").read_text(encoding="utf-8")
    assert os.environ["ICANS_EVIDENCE_DATA"] == "before"


def test_pages_share_no_names(small: Path) -> None:
    write(small, "```{python}\nsecret = 1\n```\n", "a")
    write(small, "```{python}\nprint('secret' in globals())\n```\n", "b")
    build(small)
    assert "False" in (small / "_site" / "reports" / "b.html").read_text(encoding="utf-8")


def test_the_handout_is_one_file(sample: Path) -> None:
    build(sample)
    text = (sample / "_site" / "reports" / "handout.html").read_text(encoding="utf-8")
    assert "<link" not in text
    assert "<script src" not in text
    assert not re.search(r"url\((?![\"']?data:)", text)
    assert "@font-face" in text
    assert "sortableSetUp" in text


def test_progress_names_each_page_in_order(sample: Path) -> None:
    said: list[str] = []
    site.build(sample, sample / "data", sample / "_site", "pandoc", said.append)
    assert said == ["1/2 reports/features.qmd", "2/2 reports/handout.qmd"]


def test_quarto_renders_the_project_with_this_python_where_it_is_on_the_path(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    stand_in = programs / "quarto"
    stand_in.write_text(
        f'#!/bin/sh\necho "$@" "$QUARTO_PYTHON" "$ICANS_EVIDENCE_DATA" >> {tmp_path}/calls\n'
        'mkdir -p "$6/reports"\n'
        "for page in features handout; do echo \"<h2 id=sec-use></h2><h2 id='sec-audit'></h2>"
        '<p id=row-A></p><p id=sec-deep></p>" > "$6/reports/$page.html"; done\n',
        encoding="utf-8",
    )
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setattr("icans_evidence.publishing.quarto.has_kernel", lambda: True)
    built = site.build(sample, sample / "data", sample / "_site")
    assert built.engine == "quarto"
    assert built.pages == ("reports/features.qmd", "reports/handout.qmd")
    call = (tmp_path / "calls").read_text(encoding="utf-8").split()
    assert call[:5] == ["render", str(sample), "--to", "html", "--output-dir"]
    assert call[6:] == [sys.executable, str(sample / "data")]
    assert (sample / "_site" / "index.html").is_file()
    assert site.build(sample, sample / "data", sample / "_site", "auto").pages == ()


def test_engines_are_chosen_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert site.choose("auto") == "pandoc"
    with pytest.raises(UsageError, match="quarto is not on PATH"):
        site.choose("quarto")
    monkeypatch.setattr("icans_evidence.publishing.quarto.executable", lambda: "/somewhere/quarto")
    monkeypatch.setattr("icans_evidence.publishing.quarto.has_kernel", lambda: False)
    assert site.choose("auto") == "pandoc"
    with pytest.raises(UsageError, match="quarto needs Jupyter beside this package"):
        site.choose("quarto")
    with pytest.raises(UsageError, match='engine "word" is not known; allowed: auto, pandoc, quarto'):
        site.choose("word")


def test_stamps_hold_no_time_and_no_place(sample: Path) -> None:
    build(sample)
    text = (sample / "_site" / stamps.NAME).read_text(encoding="utf-8")
    assert str(sample) not in text
    assert time.strftime("%Y") not in re.sub(r'"[0-9a-f]{64}"', "", text)


def test_resources_come_from_the_data_in_use(small: Path, tmp_path: Path) -> None:
    config = small / "_quarto.yml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("bibliography:", "  resources:\n    - data/*.bib\nbibliography:"), encoding="utf-8")
    other = Path(shutil.copytree(small / "data", tmp_path / "other"))
    (other / "more.bib").write_text("", encoding="utf-8")
    write(small, "Text.\n")
    site.build(small, other, small / "_site", "pandoc")
    copied = {path.name for path in (small / "_site" / "data").iterdir()}
    assert copied == {"references.bib", "more.bib"}


def test_links_made_from_data_that_lead_nowhere_are_counted_but_stop_nothing(small: Path) -> None:
    cell = 'class Html:\n    def _repr_html_(self):\n        return \'<a href="#row-9">9</a><a href="x.csv">x</a>\'\n'
    write(small, f"```{{python}}\n{cell}Html()\n```\n")
    said: list[str] = []
    site.build(small, small / "data", small / "_site", "pandoc", said.append)
    assert said[-1] == "reports/one.qmd: 2 links lead nowhere, the first to #row-9"
