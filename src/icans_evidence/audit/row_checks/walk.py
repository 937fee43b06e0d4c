"""Every row walked back to its sentence in the reader's copies, and every figure there walked to its row.

Nothing of a copy is kept beyond the walk: a verdict carries figures, and the sentence for its reader's eyes only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from icans_evidence.audit.row_checks import citations, completeness, figures_of_row, meaning
from icans_evidence.audit.row_checks.figures_of_row import Case, Difference
from icans_evidence.audit.row_checks.held_figures import Row
from icans_evidence.audit.row_checks.register_entries import Register
from icans_evidence.audit.row_checks.unmatched_figures import leftover
from icans_evidence.audit.row_checks.verdicts import (
    AGREES,
    DISAGREES,
    MOVED,
    NOT_CHECKABLE,
    NOT_FOUND,
    RowVerdict,
    Uncovered,
    Walk,
)
from icans_evidence.audit.source.article import Sentence
from icans_evidence.audit.source.documents import COVERAGE_SECONDS, Budget
from icans_evidence.audit.source.moved_sentences import Places
from icans_evidence.audit.source.sentence_index import Copy
from icans_evidence.audit.source.whole_document import not_in_whole

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence

_MOST_SIBLINGS = 60
CHECKS = (*figures_of_row.CHECKS, *completeness.CHECKS, *meaning.CHECKS, *citations.CHECKS)


def walk(evidence: Evidence, texts: Mapping[str, str]) -> list[RowVerdict]:
    """A verdict for every row of the evidence; `texts` is the text of each document that the reader has, by study."""
    return walk_both_ways(evidence, texts).rows


def walk_both_ways(evidence: Evidence, texts: Mapping[str, str]) -> Walk:
    """Every row to its sentence, and every figure of the documents with fingerprints to a row."""
    return _Walker(evidence, texts).walk()


def located_rows(evidence: Evidence) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """Every row that says where it was read, with its table and its line in the table's file."""
    for table in evidence.vocabulary.located:
        for index, row in enumerate(evidence.tables[table].iter_rows(named=True)):
            yield table, index + 2, row


class _Walker:
    """One walk: the copies, and what is looked up for many rows."""

    def __init__(self, evidence: Evidence, texts: Mapping[str, str]) -> None:
        self.vocabulary = evidence.vocabulary
        self.rows = list(located_rows(evidence))
        self.register = Register(evidence)
        marks = dict(evidence.studies.select("study_id", "ref_number").iter_rows())
        self.cohort_marks = {c: marks.get(s) for c, s in evidence.cohorts.select("cohort_id", "study_id").iter_rows()}
        self.by_fingerprint: dict[tuple[str, str], list[Row]] = defaultdict(list)
        known: dict[str, set[str]] = defaultdict(set)
        headings: dict[str, set[str]] = defaultdict(set)
        for _, _, row in self.rows:
            if row["fingerprint"] and row["read_in"] in texts:
                self.by_fingerprint[row["read_in"], row["fingerprint"]].append(row)
                known[row["read_in"]].add(row["fingerprint"])
                headings[row["read_in"]].add(row["section"])
        self.copies = {study: Copy(text, headings[study]) for study, text in texts.items()}
        self.excused = set(evidence.sentences_without_row["fingerprint"])
        for study, fingerprints in known.items():
            self.copies[study].look_line_by_line(fingerprints, self.excused)
        self.expected = {study: Places(copy, self._places(study)) for study, copy in self.copies.items()}

    def _places(self, study: str) -> list[tuple[str, int, str]]:
        rows = (row for (of, _), rows in self.by_fingerprint.items() if of == study for row in rows)
        return [(row["section"] or "", row["sentence"] or 0, row["fingerprint"]) for row in rows]

    def walk(self) -> Walk:
        verdicts = [self.verdict(table, line, row) for table, line, row in self.rows]
        uncovered = [found for study in self.copies for found in self.uncovered(study)]
        return Walk(verdicts, uncovered, {study: copy.digest for study, copy in self.copies.items()})

    def verdict(self, table: str, line: int, row: dict[str, Any]) -> RowVerdict:
        study = row["read_in"] or ""
        named = RowVerdict(row["row_id"], table, line, study, NOT_CHECKABLE, row["section"] or "", row["sentence"])
        copy = self.copies.get(study)
        if copy is None:
            return replace(named, reason=f"read in {study or 'own records'}, which was not given")
        if row["fingerprint"] is None:
            return self._in_whole(named, copy, row)
        found = copy.by_fingerprint.get(row["fingerprint"])
        if not found:
            return self._not_found(named, copy, row)
        sentence, reason = self.expected[study].best(found, row)
        differences = self._differences(table, row, copy, sentence)
        seen = replace(named, section=sentence.section or named.section, sentence=sentence.ordinal or named.sentence,
                     text=sentence.text)  # fmt: skip
        if differences:
            return self._told(seen, DISAGREES, row, differences)
        if reason:
            held = f"{row['section']}, sentence {row['sentence']}"
            moved = Difference("section", f"{sentence.section}, sentence {sentence.ordinal}", held, reason)
            return self._told(seen, MOVED, row, [moved])
        return replace(seen, verdict=AGREES, printed=row["reported"], held=row["reported"])

    def _differences(self, table: str, row: dict[str, Any], copy: Copy, sentence: Sentence) -> list[Difference]:
        before = tuple((other, copy.read(other)) for other in copy.before(sentence))
        section = row["section"] or ""
        mates = tuple(copy.by_section.get(section, ())) if section.startswith(citations.TABLES) else ()
        alike = self.by_fingerprint.get((row["read_in"], row["fingerprint"] or ""), [])[:_MOST_SIBLINGS]
        siblings = tuple(other for other in alike if other["row_id"] != row["row_id"])
        mark = self.cohort_marks.get(row["cohort_id"] or "")
        case = Case(table, row, sentence, copy.read(sentence), before, siblings, mates, mark, self.vocabulary)
        return [difference for check in CHECKS for difference in check(case)]

    def _told(self, seen: RowVerdict, verdict: str, row: Row, differences: list[Difference]) -> RowVerdict:
        """A verdict with its differences, the first of each column, and the register's entry that explains them."""
        first = list({d.column: d for d in reversed(differences)}.values())[::-1]
        reason = "; ".join(f"{d.column}: {d.reason}" for d in first)
        return replace(
            seen, verdict=verdict, printed=" | ".join(d.printed for d in first if d.printed),
            held=" | ".join(f"{d.column} {d.held}".strip() for d in first), reason=reason,
            register=self.register.explaining(row, first), differences=tuple(first),
        )  # fmt: skip

    def _not_found(self, named: RowVerdict, copy: Copy, row: dict[str, Any]) -> RowVerdict:
        words = " ".join(str(row.get(name) or "") for name in ("reported", "population", "outcome", "factor"))
        nearest = copy.nearest(row["section"], row["sentence"], words.replace("_", " "))
        if nearest is None:
            return self._told(
                named, NOT_FOUND, row, [Difference("fingerprint", "", row["reported"], "no such sentence")]
            )
        differences = self._differences(named.table, row, copy, nearest)
        telling_ones = [d for d in differences if d.column != "cites"]
        reason = f"no such sentence; the nearest is {nearest.section}, sentence {nearest.ordinal}"
        printed = "; ".join(figure.text for figure in copy.read(nearest).figures)
        lost = Difference("fingerprint", printed, row["reported"], reason)
        return replace(self._told(named, NOT_FOUND, row, [lost, *telling_ones]), text=nearest.text)

    def _in_whole(self, named: RowVerdict, copy: Copy, row: dict[str, Any]) -> RowVerdict:
        missing = not_in_whole(copy, row)
        if missing:
            return self._told(named, DISAGREES, row, missing)
        reason = "all its figures stand in the document; which sentence they belong to is not fixed"
        return replace(named, verdict=AGREES, printed=row["reported"], held=row["reported"], reason=reason)

    def uncovered(self, study: str) -> Iterator[Uncovered]:
        """The sentences of one copy that hold a figure without a row and without a listed reason."""
        copy = self.copies[study]
        if not any(of == study for of, _ in self.by_fingerprint):
            return
        budget = Budget(COVERAGE_SECONDS)
        for sentence in copy.sentences:
            budget.ask()
            if sentence.section.casefold().startswith("references") or sentence.fingerprint in self.excused:
                continue
            rows = self.by_fingerprint.get((study, sentence.fingerprint), [])
            left = leftover(copy.read(sentence), rows)
            if left and copy.beyond_pieced(sentence):
                yield Uncovered(sentence.section, sentence.ordinal, left, sentence.text)
