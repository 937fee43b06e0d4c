"""The tables of the synthesis page: summary of findings, what a result hangs on, how it was made, risk of bias.

Every figure comes from the same answer that the sentences and the pictures quote.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import polars as pl

from icans_evidence import wording
from icans_evidence.evidence.vocabulary import outcome_words
from icans_evidence.figures.display import Shown, anchor, quoting
from icans_evidence.figures.forest_rows import answer_for
from icans_evidence.figures.tables.evidence_tables import great
from icans_evidence.project import Project
from icans_evidence.summaries.certainty import SYMBOLS, appraised, certainty, items_for
from icans_evidence.summaries.poolability import headline
from icans_evidence.summaries.pooled_rates import Answer, answers, choice_of, outcome_of
from icans_evidence.summaries.proportion_rows import counted
from icans_evidence.summaries.result import Result
from icans_evidence.summaries.sensitivity_analyses import steps
from icans_evidence.synthesis import median_statements, statements
from icans_evidence.synthesis.pooled import Pooled

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence


def findings_table(evidence: Evidence) -> Shown:
    """Summary of findings in GRADE's layout: outcome and whom, rate, patients, certainty, and what stands behind it."""
    cells = []
    for found in answers(evidence, counted(evidence)):
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
    result_id = f"{judged.pool.id}.{'pooled_mix' if mixed else 'pooled'}"
    sure = certainty(evidence, Project.of(evidence).plan, judged, result_id)
    rate, ahead, comment = "not pooled", "", f"{wording.capital('; '.join(judged.reasons))}."
    if not refused:
        rate, ahead = _figures(found)
        prediction = (found.pooled.pi_low, found.pooled.pi_high) if found.pooled else (None, None)
        comment = f"{headline(judged.rows, judged.vocabulary)}. {sure.why(*prediction)}"
    total = sum(n for n in judged.rows["n_total"] if n)
    unknown = "" if judged.rows["n_total"].null_count() == 0 else " or more"
    patients = f"{total:,}{unknown} ({judged.rows.height})" if total else f"({judged.rows.height})"
    return {
        "outcome": outcome_of(judged) + (", scales mixed" if mixed else ""),
        "rate": f'<a class="num" href="audit.html#{anchor(result_id)}"><span class="nowrap">{escape(rate)}</span></a>',
        "ahead": f'<span class="nowrap">{escape(ahead)}</span>' if ahead else "", "patients": patients,
        "certainty": "" if refused else sure.said(), "comment": comment,
    }  # fmt: skip


def _figures(found: Answer) -> tuple[str, str]:
    if found.median and found.median.estimate is not None:
        return f"{wording.number(found.median.estimate)} days{_ends(found.median.ci_low, found.median.ci_high)}", ""
    pooled = found.pooled
    if pooled is None or pooled.estimate is None:
        return "no estimate", ""
    return _rate(pooled), _percents(pooled.pi_low, pooled.pi_high)


def _ends(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f" ({wording.number(low)} to {wording.number(high)})"


def _percents(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{wording.percent_figure(low)} to {wording.percent(high)}"


def _rate(pooled: Pooled | Result) -> str:
    if pooled.estimate is None:
        return "no estimate"
    ends = _percents(pooled.ci_low, pooled.ci_high).removesuffix("%")
    return f"{wording.percent(pooled.estimate)} ({ends})"


def dependence_table(evidence: Evidence, pool_id: str) -> Shown:
    """What a pooled rate hangs on: cohorts left out with their influence, subgroups, years."""
    found = answer_for(evidence, pool_id)
    if found.pooled is None:
        return Shown("<p>Nothing was pooled.</p>", "Nothing was pooled.")
    cells = [
        {"head": step.head, "name": step.name, "k": str(step.result.cohorts),
         "rate": f'<span class="nowrap">{quoting(step.result.result_id, _rate(step.result))}</span>',
         "ahead": _percents(step.result.pi_low, step.result.pi_high),
         "cook": quoting(step.cook.result_id, step.cook.phrase or "") if step.cook else ""}
        for step in steps(found)
    ]  # fmt: skip
    if not cells:
        return Shown("<p>Not worked out among so many cohorts.</p>", "Not worked out among so many cohorts.")
    labels = {"name": "Pooled", "k": "Cohorts", "rate": "Typical study (95% CI)", "ahead": "New study (95% PI)",
              "cook": "Cook's distance"}  # fmt: skip
    return great(
        pl.DataFrame(cells), f"table-hangs-on-{pool_id.replace('.', '-')}", labels, group="head", raw=("rate", "cook")
    )


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
