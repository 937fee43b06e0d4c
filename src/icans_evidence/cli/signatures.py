"""The command that signs rows: sign."""

from __future__ import annotations

from pathlib import Path

import click

from icans_evidence.cli.options import command, data_folder, data_option, project_of
from icans_evidence.wording import plural


@command("sign", 'icans-evidence sign SEI-001 SEI-002 --by JD --note "read in Table 2"')
@click.argument("row_ids", nargs=-1, required=True, metavar="ROW_ID...")
@click.option("--by", required=True, help="Initials of the person who compared the row with its source")
@click.option("--note", default="", help="What a reader should know of the comparison, one line")
@data_option
def sign(row_ids: tuple[str, ...], by: str, note: str, data: Path | None) -> None:
    """Sign rows that you compared with their source yourself.

    The signature holds for the row as it is now: an edit of the row, its cohort or its document lapses it. It is
    appended to verification.csv in the data folder, together with the checks that the row passes and those that flag
    it. Nobody signs a row that he entered. Initials are taken at their word: no command can tell who types them; the
    commit that carries the line says whose it is.
    """
    from icans_evidence.audit.signatures import signing
    from icans_evidence.audit.signatures.signature_file import FILE

    folder = data_folder(data)
    signed = signing.sign(project_of(data).evidence, row_ids, by, note)
    for signature in signed.known:
        signed_so = f"was signed by {signature.by} on {signature.date} as it is now"
        click.echo(f"{signature.row_id} {signed_so}; not signed twice")
    for signature in signed.written:
        flags = f", flagged by: {', '.join(signature.flags)}" if signature.flags else ""
        passed = plural(len(signature.checks), "check")
        click.echo(f"{signature.row_id} signed by {signature.by}; {passed} passed{flags}")
    if signed.written:
        click.echo(f"{plural(len(signed.written), 'line')} added to {folder / FILE}. {signing.ON_TRUST}")
