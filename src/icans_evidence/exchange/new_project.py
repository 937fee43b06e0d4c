"""A project for another review, or an update of one: empty tables, a plan, reports that build, the theme for Quarto.

The folder is made whole beside its place and put there in one step; a folder that holds anything is refused.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from datetime import date
from pathlib import Path

from icans_evidence.errors import UsageError
from icans_evidence.exchange.project_update import take_over
from icans_evidence.project import MARKER, named_project

PACKAGE = Path(__file__).parent.parent
TEMPLATE = Path(__file__).parent / "project"
TITLE, OUTCOME, OUTCOME_WORDS = "Your review", "main_outcome", "the main outcome"
"""What stands in the template for the title, and for the name and the words of the first outcome."""
LONGEST = 120
HELD_BACK = "`<>{}[]\\|@$*^~"
"""Characters that mean something in a page, so that a title cannot hold them."""


def new_project(target: Path, title: str = "", outcome: str = "", update_of: Path | None = None) -> Path:
    """Makes a project in `target`, which is new or an empty folder, and returns its full path.

    `title` is that of the review (the folder's name unless given), `outcome` the words for its first outcome. With
    `update_of`, the folder of another project, that project's data and plan are the starting point.

    UsageError for a folder that holds anything, for words that cannot stand in a page, and for a source that is none.
    """
    target = target.expanduser().resolve()
    source = None if update_of is None else named_project(update_of)
    if source is not None and outcome:
        raise UsageError("an update takes its outcomes from the project before; leave --outcome out")
    _check_place(target, source)
    title = _plain("title", title or _from_name(target.name))
    outcome = _plain("outcome", outcome or OUTCOME_WORDS)
    made = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{target.name}.tmp-", dir=target.parent))
        made.chmod(0o755)
        _fill(made, title, outcome)
        if source is not None:
            take_over(source, made)
        _put(made, target)
    except OSError as fault:
        raise UsageError(f"{target} cannot be written: {fault.strerror}") from None
    finally:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)
    return target


def _check_place(target: Path, source: Path | None) -> None:
    """UsageError where no project can be made."""
    if target.exists() and not target.is_dir():
        raise UsageError(f"{target} is a file; name a folder")
    held = sorted(entry.name for entry in target.iterdir()) if target.exists() else []
    if held:
        more = f" and {len(held) - 3:,} more" if len(held) > 3 else ""
        raise UsageError(f"{target} is not empty, it holds {', '.join(held[:3])}{more}; name a new or an empty folder")
    if target.is_relative_to(PACKAGE):
        raise UsageError(f"{target} lies in the installed package; name another folder")
    if source is not None and target.is_relative_to(source / "data"):
        raise UsageError(f"{target} lies in the data that it would copy; name another folder")


def _from_name(name: str) -> str:
    words = re.sub(r"[\W_]+", " ", name).strip()
    return f"{words[:1].upper()}{words[1:]}"[:LONGEST] or TITLE


def _plain(what: str, words: str) -> str:
    """The words, if they can stand in YAML, Markdown and CSV as they are."""
    words = words.strip()
    if not words or len(words) > LONGEST or not words.isprintable() or set(words) & set(HELD_BACK):
        needed = f"1 to {LONGEST} characters in one line, without {' '.join(HELD_BACK)}"
        raise UsageError(f"{what} {json.dumps(words, ensure_ascii=False)} is not allowed; write {needed}")
    return words


def outcome_name(words: str) -> str:
    """A name for an outcome in the files: "any bleeding, grade 3" is any_bleeding_grade_3."""
    name = re.sub(r"[^a-z0-9]+", "_", words.removeprefix("the ").lower()).strip("_")
    return name if name[:1].isalpha() else f"outcome_{name}".rstrip("_")


def _fill(folder: Path, title: str, outcome: str) -> None:
    """The template in its place, with the title and the outcome; the empty tables; version and theme."""
    from icans_evidence.evidence.schemas import columns_of
    from icans_evidence.evidence.vocabulary_files import read_vocabulary

    shutil.copytree(TEMPLATE, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "gitignore").rename(folder / ".gitignore")
    for path in (path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".py", "")):
        path.write_text(_worded(path, title, outcome), encoding="utf-8", newline="\n")
    tables = folder / "data" / "extracted"
    tables.mkdir()
    words = read_vocabulary(folder / "data")
    for table in words.tables:
        (tables / f"{table}.csv").write_text(f"{','.join(columns_of(words, table))}\n", encoding="utf-8", newline="\n")
    (folder / "data" / "VERSION").write_text(f"0.1.0 {date.today().isoformat()}\n", encoding="utf-8")
    write_theme(folder / "theme")


def _worded(path: Path, title: str, outcome: str) -> str:
    """A file of the template with its words exchanged, quoted as the file needs them."""
    text = path.read_text(encoding="utf-8").replace(OUTCOME, outcome_name(outcome))
    if path.suffix == ".csv":
        quoted = outcome.replace('"', '""')
        return text.replace(OUTCOME_WORDS, f'"{quoted}"' if re.search('[",]', outcome) else outcome)
    quotes = path.suffix in (".yml", ".qmd", ".toml")
    exchanged = {TITLE: title, OUTCOME_WORDS: outcome}
    for old, new in exchanged.items():
        text = text.replace(old, new.replace('"', '\\"') if quotes else new)
    return text


def write_theme(folder: Path) -> None:
    """Theme and filters of the installed package into `folder`, where Quarto finds them, with the font's licence."""
    publishing = PACKAGE / "publishing"
    leave = shutil.ignore_patterns("__pycache__")
    shutil.copytree(publishing / "theme", folder, dirs_exist_ok=True, ignore=leave)
    shutil.copytree(publishing / "filters", folder / "filters", dirs_exist_ok=True, ignore=leave)


def _put(made: Path, target: Path) -> None:
    """The finished folder in its place; an empty folder that is there stays the same folder, and is filled.

    The file that makes a folder a project comes last, so that a half-filled folder is never taken for one.
    """
    if not target.exists():
        made.rename(target)
        return
    entries = sorted(made.iterdir(), key=lambda entry: entry.name == MARKER)
    put: list[Path] = []
    try:
        for entry in entries:
            put.append(entry.rename(target / entry.name))
    except OSError:
        for entry in put:
            entry.rename(made / entry.name)
        raise
