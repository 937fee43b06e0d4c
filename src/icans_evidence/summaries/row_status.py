"""Where each figure stands: the verdict of its sentence, the register, and whether a person signed it.

Verdicts and signatures belong to a state of the data and change without a figure changing, so none of it is committed
with the results; it is counted when a page is made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from icans_evidence import wording
from icans_evidence.audit.row_checks.recorded_verdicts import LAPSED, recorded_verdicts
from icans_evidence.audit.row_checks.verdicts import AGREES, NOT_CHECKABLE
from icans_evidence.audit.signatures.signature_status import UNVERIFIED, VERIFIED
from icans_evidence.evidence.vocabulary import NOT_STATED
from icans_evidence.summaries import signature_shares
from icans_evidence.summaries.data_overview import all_rows, counted_result, place_of, second_reading_words
from icans_evidence.summaries.proportion_rows import disputes
from icans_evidence.summaries.result import Result

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence

VERDICT_WORDS = {
    AGREES: "agrees with its sentence",
    "disagrees": "differs from its sentence",
    "moved": "its sentence stands elsewhere",
    "not_found": "its sentence was not found",
    NOT_CHECKABLE: "not checkable: document not given",
    LAPSED: "edited since it was checked",
}


@dataclass(frozen=True)
class Stand:
    """One figure: the recorded verdict on its sentence, the entries of the register that name it, and its signature."""

    verdict: str
    register: tuple[str, ...]
    status: str
    signed: str

    @property
    def verdict_words(self) -> str:
        """The verdict as a page says it."""
        return VERDICT_WORDS[self.verdict]


@lru_cache(maxsize=4)
def standing(evidence: Evidence) -> dict[str, Stand]:
    """Where every row stands, by its id; a row that no walk has seen is not checkable."""
    verdicts = recorded_verdicts(evidence)
    named = dict(disputes(evidence).select("row_id", "disputed").iter_rows())
    signed = {row["row_id"]: row for row in signature_shares.standing(evidence).iter_rows(named=True)}
    return {
        row_id: Stand(
            verdicts.get(row_id, NOT_CHECKABLE),
            tuple(filter(None, (named.get(row_id) or "").split(", "))),
            signed[row_id]["status"] if row_id in signed else UNVERIFIED,
            _signed(signed[row_id]) if row_id in signed else "",
        )
        for row_id in all_rows(evidence)["row_id"]
    }


def _signed(row: dict[str, Any]) -> str:
    """Who signed, when, and what has become of it since; "" where nobody signed."""
    if row["status"] == UNVERIFIED:
        return ""
    who = f"{row['by']}, {row['date']}"
    if row["status"] == LAPSED:
        return f"lapsed: {who}; {row['why']}"
    return f"{who}; fails now: {row['fails_now']}" if row["fails_now"] else who


@lru_cache(maxsize=4)
def _places(evidence: Evidence) -> dict[str, dict[str, str]]:
    """Study, place, printed figure, second reading and source of the scale of every row, as its card says them."""
    cohorts = {row["cohort_id"]: row for row in evidence.cohorts.iter_rows(named=True)}
    found = {}
    for row in all_rows(evidence).iter_rows(named=True):
        cohort = cohorts.get(row["cohort_id"] or "", {})
        where = ": ".join(part for part in (row["read_in"] or "own records", place_of(row)) if part)
        found[row["row_id"]] = {
            "study": cohort.get("label") or "", "place": where, "counted": row["n_locator"] or "",
            "printed": row["reported"], "second": second_reading_words(row),
            "scale": scale_source_words(evidence, cohort),
        }  # fmt: skip
    return found


def scale_source_words(evidence: Evidence, cohort: Mapping[str, Any]) -> str:
    """The scale that graded a cohort with the documents that name it, or that those looked through name none."""
    documents = wording.listing(name.strip() for name in (cohort.get("scale_source") or "").split(";") if name.strip())
    if not cohort or "scale" not in evidence.vocabulary.traits or not documents:
        return ""
    if (cohort["scale"] or NOT_STATED) == NOT_STATED:
        return f"not named in {documents}"
    return f"{evidence.vocabulary.scale_words(cohort['scale'])}, named in {documents}"


def card_of(evidence: Evidence, row_id: str) -> dict[str, str]:
    """What the card of a number says of its row: where it stands, how it was checked, who signed."""
    stand = standing(evidence)[row_id]
    return {
        **_places(evidence)[row_id], "verdict": stand.verdict_words,
        "signed": stand.signed or "nobody yet",
    }  # fmt: skip


def standing_results(evidence: Evidence) -> Iterator[Result]:
    """Results that a page may quote: rows that agree, differ, are not checkable; sentences covered; rows signed."""
    rows = standing(evidence).values()
    counts = Counter(row.verdict for row in rows)
    differ = sum(counts[name] for name in VERDICT_WORDS if name not in (AGREES, NOT_CHECKABLE))
    yield _count("audit.agree", counts[AGREES], "figures agree with their sentence in the article")
    yield _count("audit.disagree", differ, "figures differ from their sentence, or were edited since they were checked")
    yield _count(
        "audit.not_checkable", counts[NOT_CHECKABLE], "figures were read in documents not given: not checkable"
    )
    located = all_rows(evidence)
    with_row = located.filter(located["in_review"])["fingerprint"].drop_nulls().n_unique()
    reasons = evidence.tables["sentences_without_row"].height
    yield _count("audit.sentences", with_row, "sentences of the review have a row")
    yield _count("audit.reasons", reasons, "sentences hold a figure that is no evidence, each with its reason")
    opened = evidence.discrepancies.filter(evidence.discrepancies["outcome"] == "open")["severity"]
    for severity in ("high", "medium", "low"):
        count = int((opened == severity).sum())
        yield _count(f"audit.open_{severity}", count, f"open disagreements of {severity} severity")
    signed = sum(row.status == VERIFIED for row in rows)
    yield replace(_count("state.signed", signed, ""), sentence=f"Figures signed by a person: {signed:,}.")


def _count(name: str, count: int, words: str) -> Result:
    return counted_result(name, count, f"{count:,} {words}.")
