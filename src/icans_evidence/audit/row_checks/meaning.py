"""What a row says of its figures against the sentence: bound, unit, statistic, direction and who was counted.

A word of the row that the sentence contradicts is a difference; a word that the sentence leaves open is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from icans_evidence.audit.row_checks.figures_of_row import Case, Difference
from icans_evidence.audit.row_checks.held_figures import Held
from icans_evidence.evidence.vocabulary import Vocabulary
from icans_evidence.printed.sentence import MEASURES, Reading, fold

_ESTIMATES = re.compile(r"\b(?:virtually|nearly|almost|about|approximately|around|a few)\b")


def _compiled(patterns: Mapping[str, str]) -> dict[str, re.Pattern[str]]:
    return {name: re.compile(pattern) for name, pattern in patterns.items()}


_STATISTICS = _compiled({
    "median": r"\bmedian", "mean": r"\b(?:mean|average)", "sensitivity": r"\bsensitiv", "specificity": r"\bspecific",
    "probability": r"\bprobab", "auc": r"\b(?:auc|area under)", "accuracy": r"\baccura",
    "hazard_ratio": r"\bhazard", "odds_ratio": r"\bodds",
    "p_value": r"\bp\s?[=<>]", "minimum": r"\b(?:minimum|earliest|as early as|shortest|lowest|at least)\b",
    "maximum": r"\b(?:maximum|longest|over a period|up to|latest|highest|within)\b",
    "bound": r"\b(?:after|within|over|or more|few|at least|up to|less than|more than|hours)\b|[<>≤≥]",
    "points": r"\b(?:points?|score)", "count_of_studies": r"\b(?:stud|trial|one|two|three|\d)",
    "all": r"\b(?:all|every)",
    "none": r"\b(?:no|none|not|neither|never|cannot)\b",
    "most": r"\b(?:most\w*|often|virtually|generally|predominantly|largely|common|multiple|high rate|expect)",
    "few": r"\b(?:few|rare|infrequent|minority|only)",
})  # fmt: skip
_WITH_FIGURE = {"sensitivity", "specificity", "probability", "count", "percent", "points"}
_UNIT_WORDS = _compiled({"patients": r"\b(?:patient|case|one|adult|child)", "products": r"\b(?:therap|product)",
               "points": r"\b(?:points?|score)", "grade": r"\bgrade"})  # fmt: skip
_MORE = re.compile(r"\b(?:higher|increas|greater|risk factor|more severe|elevated|worsen|exacerbat|promot)")
_FEWER = re.compile(r"\b(?:lower|decreas|reduc|fewer|shorter|prevent)")
_NO = re.compile(r"\b(?:not|no|neither|nor|none|without|despite|never|cannot)\b")
_MIXED = re.compile(r"\b(?:mixed|conflict|debat|uncertain)")
_WHO = tuple((re.compile(word), re.compile(needed)) for word, needed in (
    (r"\bsevere\b", r"\bsevere|high(?:er)?-?grade|\bgrade\s*(?:≥\s*)?[345]"),
    (r"\bmild\b|\blow-?grade\b", r"\bmild|\blow(?:er)?-?grade|\bgrade\s*(?:≤\s*)?[12]"),
    (r"\bchild|\bp(?:a)?ediatric", r"\bchild|\bp(?:a)?ediatric"), (r"\badult", r"\badult"),
    (r"\bprospective", r"\bprospective"),
    (r"\bretrospective", r"\bretrospective"), (r"\bdied\b|\bdeaths?\b|\bfatal", r"\bdied\b|\bdeath|\bfatal"),
    (r"\bunderwent\b", r"\bunderwent\b"), (r"\bwithout\b", r"\bwithout\b|\bnot\b|\bno\b|\bnegative"),
))  # fmt: skip
"""A word of `population`, and what the sentence, or one before it, must then say."""


@lru_cache(maxsize=8)
def names_spoken(vocabulary: Vocabulary) -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """A name of a product or disease in a population, and the words of which a sentence on them then has one: the name,
    a synonym, or a disease that is a broader or a narrower one."""
    found = []
    for terms in (vocabulary.products, vocabulary.diseases):
        for name in terms:
            near = [other for other in terms if terms.related(name, other)]
            words = {word.casefold() for other in near for word in (other, *terms.names[other])}
            needed = "|".join(rf"\b{re.escape(word)}" for word in sorted(words, key=len, reverse=True))
            found.append((re.compile(rf"\b{re.escape(name.casefold())}"), re.compile(needed)))
    return tuple(found)


@lru_cache(maxsize=8)
def counted_words(vocabulary: Vocabulary) -> dict[str, re.Pattern[str]]:
    """For each kind of denominator the pattern by which a sentence says that it counts them, the narrowest first."""
    kinds = sorted(vocabulary.denominators.values(), key=lambda kind: (-len(kind.part_of), bool(kind.counted_by)))
    return _compiled({kind.name: kind.sentence_words for kind in kinds if kind.sentence_words})


def _within_counted(vocabulary: Vocabulary, name: str) -> bool:
    """Whether a kind of denominator lies within one that an outcome counts, so that its own sentence must name it."""
    kind = vocabulary.denominators.get(name)
    return kind is not None and any(vocabulary.denominators[around].counted_by for around in kind.part_of)


_OPPOSITES = (
    _compiled({"severe": r"\bsevere\b|\bhigh-?grade", "mild": r"\bmild\b|\blow-?grade"}),
    _compiled({"adults": r"\badults?\b", "children": r"\bchild|\bpa?ediatric"}),
)
_CLEARLY = 12
"""Letters by which one word must be nearer to a figure than another to be held to belong to it."""


def _leading(case: Case) -> list[Held]:
    """The figures whose printed bound is the row's relation; a claim may carry it with any of its figures."""
    row = case.row
    if "statement" in row:
        return [held for held in case.held if held.column in ("low", "high", "n_studies")]
    order = ("value", "threshold", "low", "n_events") if "factor" in row else ("percent", "n_events", "amount", "value")
    first = next((held for name in (*order, "low", "high") for held in case.held if held.column == name), None)
    return [first] if first else []


def bounds_are_bounds(case: Case) -> Iterator[Difference]:
    """The row's relation is the one printed with its leading figure; a bound is never a point, nor a point a bound."""
    held = case.row["relation"]
    leading = _leading(case)
    indexes = [i for one in leading for i in case.matches(one) if i in case.claimed]
    printed = {case.reading.figures[i].relation for i in indexes} or {"="}
    wrong = (held == "=" and "=" not in printed) if "statement" not in case.row else (held == "=" and printed != {"="})
    if leading and (held not in printed or wrong):
        yield Difference("relation", " ".join(sorted(printed)), held, "the figure is printed with another bound")
    if not leading:
        estimate = _ESTIMATES.search(fold(case.row["reported"]).casefold())
        said = _ESTIMATES.search(case.reading.lower)
        loose = "statement" in case.row and held == "=" and estimate and estimate[0] == "a few"
        expected = "~" if (estimate and not loose) or (held == "~" and said) else "="
        if held != expected:
            yield Difference("relation", expected, held, "no such bound is printed")


def units_stand_with_their_figures(case: Case) -> Iterator[Difference]:
    """The unit of each figure is the one printed with it, or the last printed before it where it has none."""
    for held in case.held:
        indexes = [i for i in case.matches(held) if i in case.claimed] or case.matches(held)
        if not indexes or held.column in ("n_studies", "interval_hours"):
            continue
        verdicts = [_unit_beside(case.reading, i, held) for i in indexes]
        if not any(printed is None for printed in verdicts):
            column = {"threshold": "threshold_unit", "cap": "cap_unit"}.get(held.column, "unit")
            printed = ", ".join(dict.fromkeys(p for p in verdicts if p))
            yield Difference(column, printed, held.unit, f"the unit printed with {held.text} is another")


def _unit_beside(reading: Reading, index: int, held: Held) -> str | None:
    """None where the unit of a held figure fits the place; otherwise what is printed there."""
    printed = _unit_at(reading, index)
    expected = held.unit
    if expected == "mg twice daily" or (expected == "mg" and printed == "mg"):
        twice = "twice daily" in reading.lower[reading.figures[index].end :][:60]
        fits = printed == "mg" and twice == (expected == "mg twice daily")
        return None if fits else f"{printed}{' twice daily' if twice else ''}" or "no unit"
    if printed == expected or (printed == "days" and expected == "day of treatment"):
        return None
    if expected in MEASURES:
        return None if not printed and _inherited(reading, index) == expected else printed or "no unit"
    if printed or (expected in ("points", "grade") and expected in reading.units):
        return printed or "no unit"
    words = _UNIT_WORDS.get(expected)
    return None if words is None or reading.says(words) else "no such unit"


def _unit_at(reading: Reading, index: int) -> str:
    """The unit with a figure, or with the figure it is joined to, as in "grade 3 or 4" and "9 to 11 days"."""
    if reading.units[index]:
        return reading.units[index]
    joined = [j for i, j in reading.ends if i == index] + [i for i, j in reading.ends if j == index]
    return next((reading.units[other] for other in joined if reading.units[other]), "")


def _inherited(reading: Reading, index: int) -> str:
    """The last unit of measure printed before a figure that has none."""
    return next((unit for unit in reversed(reading.units[:index]) if unit in MEASURES), "")


def statistics_are_named(case: Case) -> Iterator[Difference]:
    """The sentence names the row's statistic: a median is called one."""
    statistic = case.row.get("statistic") or ""
    pattern = _STATISTICS.get(statistic)
    if pattern and not case.reading.says(pattern):
        yield Difference("statistic", "no such statistic", statistic, "the sentence does not name this statistic")
    filled = {held.column for held in case.held}
    if statistic in _WITH_FIGURE and not filled & {"value", "low", "high"}:
        yield Difference("value", case.printed_figures, "", f"a {statistic} needs its figure")
    if statistic in ("direction", "not_stated") and "value" in filled:
        yield Difference("statistic", "a figure", statistic, "a figure is held without its statistic")


def directions_agree(case: Case) -> Iterator[Difference]:
    """The direction held is one that the words of the sentence and of `reported` allow."""
    held = case.row.get("direction") or ""
    reported = fold(case.row["reported"]).casefold()
    more, fewer, no = (bool(words.search(reported)) for words in (_MORE, _FEWER, _NO))
    says = case.reading.says
    wrong = {
        "higher": fewer or (no and not more) or (not more and says(_FEWER) and not says(_MORE)),
        "lower": (more and not fewer) or not says(_FEWER),
        "no_association": ((more or fewer) and not no) or not says(_NO),
        "mixed": not says(_MIXED),
    }.get(held, False)
    if wrong:
        yield Difference("direction", "other words", held, "the words of the sentence say another direction")


def the_same_patients_are_counted(case: Case) -> Iterator[Difference]:
    """The group named in the row is one that the sentence, or one before it, speaks of."""
    spoken = " ".join([case.sentence.section.casefold(), case.reading.lower, *(r.lower for _, r in case.before[:3])])
    population = fold(case.row.get("population") or "").casefold()
    for word, needed in _WHO:
        if word.search(population) and not needed.search(spoken):
            yield Difference("population", "another group", population, "the sentence does not speak of such patients")
    for word, needed in names_spoken(case.vocabulary):
        if word.search(population) and not needed.search(spoken):
            yield Difference("population", "another group", population, "the sentence does not speak of such patients")
    kind, counted = case.row.get("denominator_kind") or "", counted_words(case.vocabulary)
    own = case.reading.lower if _within_counted(case.vocabulary, kind) else spoken
    if kind in counted and not counted[kind].search(own):
        yield Difference("denominator_kind", "another group", kind, "the sentence does not count such patients")
    total = next((held for held in case.held if held.column == "n_total"), None)
    groups = {_group_by(case.reading, i, counted) for i in case.matches(total)} if total else {""}
    if kind in counted and groups and "" not in groups and kind not in groups:
        yield Difference("denominator_kind", ", ".join(sorted(groups)), kind, "the total printed counts other patients")


def opposites_are_kept(case: Case) -> Iterator[Difference]:
    """Severe is never taken for mild, nor a child for an adult: outcome, group and the words by the figure agree."""
    row = case.row
    for words in _OPPOSITES:
        told = {name: _one_of(words, str(row.get(name) or "").replace("_", " "))
                for name in ("outcome", "population", "denominator_kind")}  # fmt: skip
        population = told["population"]
        for column in ("outcome", "denominator_kind"):
            if population and told[column] and population != told[column]:
                yield Difference("population", "", str(row["population"]), f"contradicts {column}, {row[column]}")
        if told["denominator_kind"] and not population:
            yield Difference("denominator_kind", "", str(row["denominator_kind"]), "the group held is not a severe one")
        for held in _leading(case)[:1]:
            near = {_nearest_of(words, case.reading, i) for i in case.matches(held) if i in case.claimed}
            if population and near and population not in near and "" not in near:
                yield Difference("population", " ".join(near), str(row["population"]), "the figure is of others")


def _one_of(opposites: Mapping[str, re.Pattern[str]], words: str) -> str:
    """Which of two opposites words speak of, empty where of neither or of both."""
    words = words.casefold()
    said = {name for name, pattern in opposites.items() if pattern.search(words)}
    return said.pop() if len(said) == 1 else ""


def _nearest_of(opposites: Mapping[str, re.Pattern[str]], reading: Reading, index: int) -> str:
    """The opposite that follows a figure, or else the one clearly nearer to it; empty where none is."""
    joined = next((j for i, j in reading.ends if i == index), index)
    figure = reading.figures[joined]
    follows = _one_of(opposites, _words_after(reading, joined))
    distance = {}
    for name, pattern in opposites.items():
        spans = [match.span() for match in pattern.finditer(reading.lower)]
        distance[name] = min((max(figure.start - end, start - figure.end, 0) for start, end in spans), default=999)
    nearest = min(distance, key=distance.__getitem__)
    clear = max(distance.values()) - distance[nearest] > _CLEARLY
    return follows or (nearest if clear and distance[nearest] < 999 else "")


def _words_after(reading: Reading, index: int) -> str:
    """The words right after a figure, to the next figure or stop."""
    follows = reading.figures[index + 1].start if index + 1 < len(reading.figures) else len(reading.lower)
    return re.split(r"[,;()]", reading.lower[reading.figures[index].end : follows][:70])[0]


def _group_by(reading: Reading, index: int, counted: Mapping[str, re.Pattern[str]]) -> str:
    """Whom a total counts by the words after it, or before "(n = …)"; empty where they leave it open."""
    words = _words_after(reading, index)
    before = reading.lower[: reading.figures[index].start]
    if re.search(r"\(n\s*=\s*$", before):
        words = re.split(r"[,;.]", before)[-1][-80:]
    return next((kind for kind, pattern in counted.items() if pattern.search(words)), "")


CHECKS = (
    bounds_are_bounds, units_stand_with_their_figures, statistics_are_named, directions_agree,
    the_same_patients_are_counted, opposites_are_kept,
)  # fmt: skip
