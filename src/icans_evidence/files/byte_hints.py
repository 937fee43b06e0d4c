"""What the bytes of a file give reason to look for, so that clean files are not searched cell by cell.

A hint may be idle; a fault never goes without its hint.
"""

from __future__ import annotations

import string

import numpy as np

_CHUNK = 1 << 18  # stays in the processor's cache
_TAGGED = np.frombuffer(string.ascii_letters.encode() + b"/!?", dtype=np.uint8)
_COMMA, _QUOTE, _END, _SPACE = (ord(sign) for sign in ',"\n ')


def hints_in(data: bytes) -> set[str]:
    """Which tests of text (blank, hidden, tag, formula) the bytes of a file give reason for, from one pass."""
    codes = np.frombuffer(b"\n" + data + b"\n\n", dtype=np.uint8)
    hints: set[str] = set()
    for start in range(0, codes.size - 2, _CHUNK):
        hints |= _hints(codes[start : start + _CHUNK + 2])
    return hints


def _hints(codes: np.ndarray) -> set[str]:
    """The hints of one part; its last two bytes are there only to look ahead at."""
    edge = (codes == _COMMA) | (codes == _QUOTE) | (codes == _END)
    space = codes == _SPACE
    begins, here, after = edge[:-2], codes[:-2], codes[1:-1]
    sign = (after == ord("+")) | (after == ord("-")) | (after == ord("@"))
    formula = (begins & (sign | ((after == ord("=")) & ~edge[2:]))).any()  # alone, "=" is the relation of a row
    blank = (begins & space[1:-1]).any() or (space[:-2] & edge[1:-1]).any()
    hidden = ((here < _SPACE) & (here != _END)).any() or (here == 0x7F).any() or _invisible(codes)
    found = {"formula": formula, "blank": blank, "hidden": hidden, "tag": _tag(codes)}
    return {hint for hint, reason in found.items() if reason}


def _tag(codes: np.ndarray) -> bool:
    at = np.flatnonzero(codes[:-2] == ord("<"))
    return bool(np.isin(codes[at + 1], _TAGGED).any())


def _invisible(codes: np.ndarray) -> bool:
    """Whether a UTF-8 sequence may be a control or format character and not a sign of the text, as ≥ and µ are."""
    at = np.flatnonzero(codes[:-2] >= 0xC2)
    first, second, third = codes[at], codes[at + 1], codes[at + 2]
    latin = (first == 0xC2) & ((second < 0xA0) | (second == 0xAD))
    marks = (second == 0x80) & (((third >= 0x8B) & (third <= 0x8F)) | ((third >= 0xA8) & (third <= 0xAE)))
    joiners = (second == 0x81) & (third >= 0xA0) & (third <= 0xAF)
    return bool((latin | ((first == 0xE2) & (marks | joiners)) | (first == 0xEF)).any())
