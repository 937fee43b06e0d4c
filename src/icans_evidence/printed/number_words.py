"""The one dictionary of number words: what each stands for, and where it may.

Some words are numbers wherever they stand (two, thirty, twice); others only where a number is looked for (no, single).
"""

from __future__ import annotations

import re
from decimal import Decimal

ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
HALF = "half"
NUMBER_WORDS: dict[str, Decimal] = {
    **{word: Decimal(value) for value, word in enumerate(ONES)}, **{word: Decimal(n) for word, n in TENS.items()},
    "hundred": Decimal(100), "once": Decimal(1), "twice": Decimal(2), "neither": Decimal(0), "both": Decimal(2),
    HALF: Decimal("0.5"),
}  # fmt: skip
"""Words that are numbers wherever they stand."""
NONE_WORDS = frozenset(("no", "none", "neither", "never", "without", "negative"))
"""Words that say that nobody had it."""
WHOLE_WORDS = frozenset(("all", "every", "each", "both"))
"""Words that say that everybody had it."""
LOOSE_WORDS: dict[str, Decimal] = {
    **dict.fromkeys(NONE_WORDS - {"negative", "neither"}, Decimal(0)),
    **dict.fromkeys(("single", "only", "another"), Decimal(1)),
    "third": Decimal(3), "fifth": Decimal(5), "tenth": Decimal(10),
}  # fmt: skip
"""Words that stand for a number only where one is looked for: "no seizures" is 0 of them, "no" by itself is not 0."""
_COMPOUND = rf"(?:{'|'.join(TENS)})-(?:{'|'.join(ONES[1:10])})"
WORD_PATTERN = rf"\b(?:{_COMPOUND}|(?:{'|'.join(sorted(NUMBER_WORDS, key=len, reverse=True))})(?!-))\b"
"""A number word or a compound such as twenty-one; the first half of another compound ("one-sided") is none."""
_WORD = re.compile(rf"{_COMPOUND}\b|[a-z]+(?:-[a-z]+)*")


def word_number(word: str) -> Decimal | None:
    """What a number word in lower case stands for, compounds included; None for any other word.

    >>> word_number("twenty-one"), word_number("twice"), word_number("no")
    (Decimal('21'), Decimal('2'), None)
    """
    tens, _, ones = word.partition("-")
    if ones:
        return Decimal(TENS[tens] + ONES.index(ones)) if tens in TENS and ones in ONES[1:10] else None
    return NUMBER_WORDS.get(word)


def numbers_in_words(text: str, *, share: bool = False) -> set[Decimal]:
    """Every number that the words of a text may stand for, loose words included; of a `share`, half is 50.

    >>> sorted(numbers_in_words("No seizure in twenty-one"))
    [Decimal('0'), Decimal('21')]
    """
    found = set()
    for word in _WORD.findall(text.casefold()):
        value = word_number(word)
        value = LOOSE_WORDS.get(word) if value is None else value
        if value is not None:
            found.add(value)
        if share and word == HALF:
            found.add(Decimal(50))
    return found
