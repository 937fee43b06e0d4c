"""How digits are printed: one number in any of its forms, and the sign of a percentage in any of its forms.

A comma or a thin space before groups of three digits parts thousands ("1,803"); a comma before one or two digits, after
a lone 0, or in a number with a percent sign that would be above 100% is a decimal comma ("12,0", "0,125", "12,125%").
A list without spaces ("1,2,3") is three numbers. A middle dot is a decimal point ("12·0").
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

POINTS = ".·•∙⋅‧･"
SEPARATORS = ",\u2009\u202f"
DASHES = "‐‑‒–—−-"
UNITS_GLUED = "(?-i:mg|mcg|µg|μg|ng|pg|kg|g|d[lL]|m[lL]|min|hours?|hrs?|h|days?|d|weeks?|wk|months?|mo|years?|yr)"
"""Units in lower case that may stand right behind a number: "12h" holds 12, "3D" and "4x" hold no figure."""
PERCENT = r"(?:%|\(\s?%\s?\)|per\s?-?\s?cent\b|pct\b\.?)"
_MARK = rf"\s{{0,3}}-?{PERCENT}"
_FRACTION = rf"[{POINTS}][0-9]+"
NUMBER = (
    rf"[0-9]{{1,3}},[0-9]{{3}}(?={_MARK})"  # 12,125%: 12125% is no share
    rf"|[1-9][0-9]{{0,2}}(?:[{SEPARATORS}][0-9]{{3}})+(?!,?[0-9])(?:{_FRACTION})?"
    rf"|(?<![0-9],)(?:[0-9]+,[0-9]{{1,2}}|0,[0-9]+)(?!,?[0-9])"
    rf"|[0-9]+(?:{_FRACTION})?|\.[0-9]+"
)
"""A number without its sign, in text that `plain` has gone over."""
_ODD = re.compile(r"\d+,\d{1,2}(?=\D|$)|\d+,\d{4,}|\d+\.\d+\.\d+")
_INVISIBLE = dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff", " ")
_SPELT = {"٪": "%", "٫": ".", "٬": ",", "〜": "–", "～": "–", "﹣": "-", "－": "-", **_INVISIBLE}
_KEPT = set("\u2009\u202f\u00a0")


class _Plain(dict[int, str]):
    """The plain form of a character, worked out when it is first met: always one character for one."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        form = unicodedata.normalize("NFKC", char)
        digit = unicodedata.decimal(char, None)
        if char in _SPELT:
            self[code] = _SPELT[char]
        elif digit is not None:
            self[code] = str(digit)
        elif len(form) == 1 and form.isascii() and char not in _KEPT and unicodedata.category(char) != "No":
            self[code] = form
        else:
            self[code] = char
        return self[code]


_PLAIN = _Plain()


def plain(text: str) -> str:
    """A text with full-width and foreign digits, percent signs and letters as ASCII, as long as it was; raised digits
    stay, since 10⁹ is not 109.

    >>> plain("１２．０％")
    '12.0%'
    """
    return text if text.isascii() else text.translate(_PLAIN)


def number_of(printed: str, *, is_percent: bool = False) -> Decimal:
    """The value of one number as NUMBER finds it, with the decimals that were printed: "12,0" and "12·0" are 12.0.

    >>> number_of("1,803"), number_of("12,0"), number_of("12,125", is_percent=True)
    (Decimal('1803'), Decimal('12.0'), Decimal('12.125'))
    """
    text = re.sub(f"[{POINTS}]", ".", printed)
    groups = re.split(f"[{SEPARATORS}]", text)
    decimal_comma = len(groups) == 2 and "." not in text and (
        is_percent or len(groups[1]) != 3 or groups[0].startswith("0")
    )  # fmt: skip
    return Decimal(".".join(groups) if decimal_comma else "".join(groups))


def decimals_of(number: Decimal) -> int:
    """How many decimals a number was printed with.

    >>> decimals_of(Decimal("40.0"))
    1
    """
    return max(0, -int(number.as_tuple().exponent))


def odd_number(text: str) -> str | None:
    """The first number of a text with a decimal comma or two points ("58,9", "1.2.3"), or None."""
    match = _ODD.search(text)
    return match and match[0]
