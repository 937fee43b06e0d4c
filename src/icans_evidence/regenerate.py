"""Files that are generated and committed: written by `make regenerate`, guarded by `make check`.

Each is made from a declaration elsewhere, so a stale one is named together with the command that mends it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from icans_evidence.errors import DataError, UserError
from icans_evidence.files.writing import write_whole
from icans_evidence.project import project_here

COMMAND = "make regenerate"


def data_readme(root: Path) -> str:
    """`data/README.md` with the data dictionary and the checks of consistency, each between its two marks."""
    from icans_evidence.audit.consistency.catalogue import with_rules
    from icans_evidence.evidence.data_dictionary import replaced_between_markers
    from icans_evidence.evidence.vocabulary_files import read_vocabulary

    try:
        page = (root / "data" / "README.md").read_text(encoding="utf-8")
        return with_rules(replaced_between_markers(page, read_vocabulary(root / "data")))
    except ValueError as fault:
        raise DataError([f"data/README.md: {fault}"]) from None


def grading_rules(root: Path) -> str:
    """`reports/grading_rules.json`, the rules that the calculator of the grading page reads."""
    from icans_evidence.pages.calculator_rules import rules_json

    return rules_json(indent=1) + "\n"


TEMPLATE = "src/icans_evidence/exchange/project/_quarto.yml"


def settings_of_a_new_project(root: Path) -> str:
    """The template's `_quarto.yml`: its own head, and from `filters:` on that of this project, read from `theme/`."""
    head = (root / TEMPLATE).read_text(encoding="utf-8").partition("\nfilters:\n")[0]
    tail = (root / "_quarto.yml").read_text(encoding="utf-8").partition("\nfilters:\n")[2]
    tail = tail.replace("src/icans_evidence/publishing/filters/", "theme/filters/")
    return f"{head}\nfilters:\n{tail.replace('src/icans_evidence/publishing/theme/', 'theme/')}"


def passes_readme(root: Path) -> str:
    """`data/extraction_passes/README.md` with the comparison of the two passes between its two marks."""
    from icans_evidence.audit.extractions.comparison import compare
    from icans_evidence.evidence.vocabulary_files import read_vocabulary
    from icans_evidence.pages.agreement_page import between_marks

    passes = root / "data" / "extraction_passes"
    compared = compare(passes / "a", passes / "b", read_vocabulary(root / "data"))
    return between_marks((passes / "README.md").read_text(encoding="utf-8"), compared)


def house_page(root: Path) -> str:
    """`reports/_house.qmd`, the include of the page of the house."""
    from icans_evidence.pages.house_page import house

    return house(*((root / name).read_text(encoding="utf-8") for name in ("CONTRIBUTING.md", "GLOSSARY.md")))


GENERATED: dict[str, Callable[[Path], str]] = {
    "data/README.md": data_readme,
    "data/extraction_passes/README.md": passes_readme,
    "reports/grading_rules.json": grading_rules,
    "reports/_house.qmd": house_page,
    TEMPLATE: settings_of_a_new_project,
}


def stale(root: Path) -> list[str]:
    """The generated files that are not what their declarations give."""
    return [name for name, make in GENERATED.items() if _committed(root / name) != make(root)]


def _committed(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def main() -> None:
    """Write every generated file, or with --check fail on a stale one."""
    root = project_here()
    try:
        if "--check" in sys.argv[1:]:
            if found := stale(root):
                raise DataError([f"{name} is stale; run `{COMMAND}` and commit it" for name in found])
            return
        for name, make in GENERATED.items():
            write_whole(root / name, make(root))
    except UserError as mistake:
        print(mistake, file=sys.stderr)
        sys.exit(mistake.exit_code)


if __name__ == "__main__":
    main()
