"""Number words and what they count."""

from __future__ import annotations

ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
WORDS: dict[str, float] = {
    **{word: value for value, word in enumerate(ONES)}, **TENS, "no": 0, "none": 0, "neither": 0, "never": 0,
    "without": 0, "once": 1, "single": 1, "twice": 2, "both": 2, "half": 50, "hundred": 100,
}  # fmt: skip
