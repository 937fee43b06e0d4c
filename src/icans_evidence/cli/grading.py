"""Commands that grade: one patient on one day."""

from __future__ import annotations

import json
from typing import Any

import click

from icans_evidence.cli.options import command
from icans_evidence.wording import EDUCATIONAL


@command("grade", "icans-evidence grade --ice 8 --consciousness alert --seizure resolved --motor none --edema none")
@click.option("--ice", type=str, help="ICE score, 0 to 10")
@click.option("--capd", type=str, help="CAPD total, 0 to 32, or unable")
@click.option(
    "--consciousness", type=str, help="alert, awakens_spontaneously, awakens_to_voice, awakens_to_touch, unarousable"
)
@click.option("--seizure", type=str, help="none, resolved, prolonged_or_repetitive")
@click.option("--motor", type=str, help="none, focal_weakness")
@click.option("--edema", type=str, help="none, focal, diffuse_or_raised_icp")
@click.option("--age", type=float, help="Age in years")
@click.option("--developmental-delay", is_flag=True, default=None, help="Developmental delay: CAPD at 12 years or over")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON")
def grade(as_json: bool, age: float | None, developmental_delay: bool | None, **findings: Any) -> None:
    """Grade ICANS from the findings of one patient on one day; a domain left out was not assessed."""
    from icans_evidence.grading import grade_answer

    answer = grade_answer(findings, age, developmental_delay)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        click.echo(answer["sentence"])
        click.echo(EDUCATIONAL)
