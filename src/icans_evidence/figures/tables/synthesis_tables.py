"""The tables of the synthesis page: summary of findings, what a result hangs on, how it was made, risk of bias.

Every figure comes from the same answer that the sentences and the pictures quote.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import polars as pl

from icans_evidence import wording
from icans_evidence.evidence.vocabulary import outcome_words
from icans_evidence.figures.display import Shown, quoting
from icans_evidence.figures.forest_rows import answer_for
from icans_evidence.figures.rows import FigureRow, of_median, of_rate, of_refusal, of_result
from icans_evidence.figures.tables.evidence_tables import great
from icans_evidence.project import Project
from icans_evidence.summaries.certainty import SYMBOLS, appraised, certainty, items_for
from icans_evidence.summaries.poolability import headline
from icans_evidence.summaries.pooled_rates import Answer, answers, choice_of, computed_row, outcome_of, refused_row
from icans_evidence.summaries.proportion_rows import summed
from icans_evidence.summaries.sensitivity_analyses import steps
from icans_evidence.synthesis import median_statements, statements

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence


def findings_table(evidence: Evidence) -> Shown:
    """Summary of findings in GRADE's layout: outcome and whom, rate, patients, certainty, and what stands behind it."""
    cells = []
    for found in answers(evidence, summed(evidence)):
        for mixed in (False, True) if found.judged.mix_allowed else (False,):
            cells.append(_finding_cells(evidence, found, mixed))
    labels = {
        "outcome": "Outcome", "rate": "Typical study (95% CI)", "ahead": "New study (95% PI)",
        "patients": "Patients (cohorts)", "certainty": "Certainty", "comment": "Comment",
    }  # fmt: skip
    return great(pl.DataFrame(cells), "table-findings", labels, raw=("rate", "ahead"))


def _finding_cells(evidence: Evidence, found: Answer, mixed: bool) -> dict[str, str]:
    """One line of the summary; of an outcome whose scales may be mixed one line says the refusal, one the mix."""
    judged = found.judged
    refused = bool(judged.reasons) and not mixed
    result = refused_row(judged) if refused else computed_row(found)
    figure = of_refusal(result) if refused else of_median(result) if found.median else of_rate(result, "")
    sure = certainty(evidence, Project.of(evidence).plan, judged, result.result_id)
    why = f"{headline(judged.rows, judged.vocabulary)}. {sure.why(result.pi_low, result.pi_high)}"
    return {
        "outcome": outcome_of(judged) + (", scales mixed" if mixed else ""),
        "rate": f'<span class="nowrap">{quoting(figure.result, figure.with_ends)}</span>',
        "ahead": f'<span class="nowrap">{escape(figure.ahead)}</span>' if figure.ahead else "",
        "patients": judged.patients, "certainty": "" if refused else sure.said(),
        "comment": f"{wording.capital('; '.join(judged.reasons))}." if refused else why,
    }  # fmt: skip


def dependence_table(evidence: Evidence, pool_id: str) -> Shown:
    """What a pooled rate hangs on: cohorts left out with their influence, subgroups, years."""
    found = answer_for(evidence, pool_id)
    if found.pooled is None:
        return Shown("<p>Nothing was pooled.</p>", "Nothing was pooled.")
    cells, heads = [], {}
    for step in steps(found):
        figure = of_rate(step.result, step.name)
        cells.append({
            "head": step.head, "name": figure.label, "k": str(figure.cohorts),
            "rate": f'<span class="nowrap">{quoting(figure.result, figure.with_ends)}</span>', "ahead": figure.ahead,
            "cook": _quoted(of_result(step.cook)) if step.cook else "",
        })  # fmt: skip
        if step.test:
            test = of_result(step.test)
            heads[step.head] = escape(step.head.removesuffix(test.figure)) + _quoted(test)
    if not cells:
        return Shown("<p>Not worked out among so many cohorts.</p>", "Not worked out among so many cohorts.")
    labels = {"name": "Pooled", "k": "Cohorts", "rate": "Typical study (95% CI)", "ahead": "New study (95% PI)",
              "cook": "Cook's distance"}  # fmt: skip
    return great(
        pl.DataFrame(cells), f"table-hangs-on-{pool_id.replace('.', '-')}", labels, group="head", raw=("rate", "cook"),
        heads=heads,
    )  # fmt: skip


def _quoted(figure: FigureRow) -> str:
    return quoting(figure.result, figure.figure)


def method_shown(evidence: Evidence, pool_id: str) -> Shown:
    """How a result was made: its method sentence, and the lines of R that repeat it."""
    found = answer_for(evidence, pool_id)
    rows = found.judged.rows
    if found.median is not None:
        known = rows["n_total"].null_count() == 0
        code = median_statements.r_code(rows["value"].to_numpy())
        said = median_statements.method_sentence(rows.height, int(rows["n_total"].sum()) if known else None)
    elif found.pooled is not None and found.pooled.estimate is not None:
        code, said = found.pooled.r_code, statements.method_sentence(choice_of(found.judged), found.pooled)
    else:
        return Shown("<p>Nothing was pooled.</p>", "Nothing was pooled.")
    return Shown(f"<p>{escape(said)}</p>\n<pre><code>{escape(code)}</code></pre>", f"{said}\n\n{code}")


def lights(evidence: Evidence, pool_id: str) -> Shown:
    """Risk of bias of a pool's cohorts, one symbol and color for each item; the items are named beneath."""
    judged = answer_for(evidence, pool_id).judged
    items, names = items_for(judged), dict(judged.rows.select("cohort_id", "label").iter_rows())
    head = "".join(f'<th scope="col">{escape(item.removeprefix("JBI"))}</th>' for item in items)
    body = [
        f'<tr><th scope="row">{escape(names[cohort])}</th>'
        + "".join(_light(answer, items[item]) for item, answer in given.items())
        + "</tr>"
        for cohort, given in appraised(evidence, list(names), items).items()
    ]
    key = "; ".join(f"{SYMBOLS[name]} {name.replace('_', ' ')}" for name in SYMBOLS)
    named = "; ".join(f"{item.removeprefix('JBI')} {words}" for item, words in items.items())
    title = f"Risk of bias, {outcome_words(evidence.vocabulary, judged.pool.table, judged.pool.outcome)}"
    html = (
        f'<div class="table-scroll" tabindex="0" role="region" aria-label="{escape(title)}">'
        f'<table class="lights" data-quarto-disable-processing="true"><caption class="visually-hidden">{escape(title)}'
        f'</caption><thead><tr><th scope="col">Cohort</th>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
        f'<p class="source">{escape(wording.capital(key))}. {escape(wording.capital(named))}.</p>'
    )
    return Shown(html, f"{title}: {wording.plural(len(names), 'cohort')}")


def _light(answer: str, words: str) -> str:
    title = escape(f"{words}: {answer.replace('_', ' ')}")
    hidden = f'<span class="visually-hidden">{escape(answer.replace("_", " "))}</span>'
    symbol = f'<span aria-hidden="true">{SYMBOLS[answer]}</span>'
    return f'<td class="light light-{answer}" title="{title}">{symbol}{hidden}</td>'
