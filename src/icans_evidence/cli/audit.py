"""The command that walks every number back to its sentence and tells what the data say against themselves.

The reader's copies are read and shown to him alone; nothing of them is written but verdicts and hashes.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from icans_evidence.cli.options import OnceCommand, data_folder, data_option, project_of
from icans_evidence.errors import DATA, OK, UsageError
from icans_evidence.wording import plural

if TYPE_CHECKING:
    from icans_evidence.audit.findings import Finding
    from icans_evidence.audit.row_checks.verdicts import RowVerdict, Walk
    from icans_evidence.audit.signatures.signature_file import Signature

_WORDS = {
    "agrees": "agree with the sentence they were read in", "disagrees": "disagree", "moved": "stand in another place",
    "not_found": "have a sentence that is not in the copy", "not_checkable": "could NOT be checked",
}  # fmt: skip
_SHOWN = 200


class _ManyArticles(OnceCommand):
    """A command whose --article may be given several times."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        given = [word.split("=")[0] for word in args if word.startswith("--")]
        twice = sorted({word for word in given if given.count(word) > 1} - {"--article"})
        if twice:
            raise click.UsageError(f"given more than once: {', '.join(twice)}", ctx)
        return click.Command.parse_args(self, ctx, args)


@click.command(
    "audit", cls=_ManyArticles, context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: icans-evidence audit --article review.txt --article strati2021=strati.pdf --html audit.html",
)  # fmt: skip
@data_option
@click.option(
    "--article",
    "articles",
    multiple=True,
    metavar="FILE",
    help="Your own copy of a source: text, Markdown or PDF, as FILE or STUDY_ID=FILE; may be repeated",
)
@click.argument("more", nargs=-1, metavar="[FILE]...")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON, without any sentence of the copy")
@click.option("--html", type=click.Path(path_type=Path), help="Write a page with your copy's sentences, for you alone")
@click.option("--write", "record", is_flag=True, help="Record the verdicts in article_verdicts.csv of the data folder")
def audit(data: Path | None, articles: tuple[str, ...], more: tuple[str, ...], as_json: bool, html: Path | None,
          record: bool) -> int:  # fmt: skip
    """Walk every number back to its sentence in your copy of the source, and check the data against themselves."""
    from icans_evidence.audit.source.identification import by_study, read_files

    named = [*articles, *more]
    if (html or record) and not named:
        raise UsageError("--html and --write need a copy of the source: --article FILE")
    copies = read_files(named)
    from icans_evidence.audit import consistency
    from icans_evidence.audit.row_checks.recorded_verdicts import write_verdicts
    from icans_evidence.audit.row_checks.walk import walk_both_ways
    from icans_evidence.audit.signatures.signature_status import orphaned, signatures_without_row

    evidence = project_of(data).evidence
    walk = walk_both_ways(evidence, by_study(evidence, copies))
    findings = consistency.findings(evidence)
    folder = data_folder(data) / "extracted"
    gone = signatures_without_row(evidence)
    if as_json:
        click.echo(json.dumps(_as_json(walk, findings, gone), ensure_ascii=False))
    else:
        click.echo("\n".join([_told(walk, findings, folder), *orphaned(evidence)]))
    if html:
        _write_page(html, walk, findings)
    if record:
        path = write_verdicts(evidence, walk.rows, walk.digests)
        click.echo(f"recorded in {path}", err=True)
    return DATA if walk.open_rows() or walk.uncovered or _open(findings) else OK


def _open(findings: list[Finding]) -> list[Finding]:
    """The findings that cannot be true as they stand and that the register does not name."""
    return [finding for finding in findings if finding.severity == "error" and not finding.register]


def _write_page(path: Path, walk: Walk, findings: list[Finding]) -> None:
    from icans_evidence.files.writing import write_whole
    from icans_evidence.pages.audited_copy import page

    write_whole(path, page(walk, findings))
    click.echo(f"{path} holds sentences of your copy: keep it to yourself", err=True)


def _as_json(walk: Walk, findings: list[Finding], gone: list[Signature]) -> dict[str, Any]:
    keys = ("row_id", "table", "line", "verdict", "section", "sentence", "printed", "held", "reason", "register")
    return {
        "counts": walk.counts(),
        "articles": dict(walk.digests),
        "rows": [{key: getattr(row, key) for key in keys} for row in walk.rows],
        "sentences_without_row": [
            {"section": s.section, "sentence": s.sentence, "figures": list(s.figures)} for s in walk.uncovered
        ],
        "findings": [asdict(finding) for finding in findings],
        "signatures_without_row": [{"row_id": one.row_id, "by": one.by, "date": one.date} for one in gone],
    }


def _told(walk: Walk, findings: list[Finding], folder: Path) -> str:
    """What a person reads: the counts, what is open row by row, what has no row, and the data against themselves."""
    lines = [f"{count:>6,}  {_WORDS[name]}" for name, count in walk.counts().items() if count or name == "agrees"]
    lines.insert(0, f"{plural(len(walk.rows), 'row')}:")
    if not walk.digests:
        lines.append("No copy of a source was given, so NO number was compared with its sentence: --article FILE")
    lines += _rows(walk, folder)
    if walk.uncovered:
        lines += ["", f"{plural(len(walk.uncovered), 'sentence')} with figures that no row holds:"]
        lines += [f"  {s.section}, sentence {s.sentence}: {', '.join(s.figures)}" for s in walk.uncovered[:_SHOWN]]
    lines += _findings(findings, folder)
    return "\n".join(lines)


def _rows(walk: Walk, folder: Path) -> list[str]:
    apart = [row for row in walk.rows if row.verdict not in ("agrees", "not_checkable")]
    lines = [_row(row, folder) for row in apart[:_SHOWN]]
    cut = [f"  and {len(apart) - _SHOWN:,} more: --json lists all"] if len(apart) > _SHOWN else []
    return ["", *lines, *cut] if apart else []


def _row(row: RowVerdict, folder: Path) -> str:
    register = f" [register: {row.register}]" if row.register else ""
    return (
        f"{folder / row.table}.csv:{row.line} {row.row_id} {row.verdict.replace('_', ' ')}{register}: "
        f"printed {row.printed or 'nothing'}; held {row.held}; {row.reason}"
    )


def _findings(findings: list[Finding], folder: Path) -> list[str]:
    if not findings:
        return []
    registered = sum(bool(finding.register) for finding in findings)
    open_ones = [finding for finding in findings if finding.is_open]
    head = (f"The data against themselves: {plural(len(findings), 'finding')}, {registered:,} named by the register, "
            f"{len(open_ones):,} open")  # fmt: skip
    told = [f"{folder / f.table}.csv:{f.line} {f.row_id} {f.severity}: {f.reason} ({f.rule})" for f in open_ones]
    return ["", head, *told[:_SHOWN]]
