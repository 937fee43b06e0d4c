"""A signature is lost by an edit and by the removal of its row; both are told."""

from __future__ import annotations

import datetime
from pathlib import Path

from icans_evidence.audit.signatures.signing import sign
from icans_evidence.evidence import load_evidence
from icans_evidence.exchange.lapsed_signatures import lapses


def test_a_signed_row_that_was_removed_is_told(small: Path):
    """SYM-002 is the last row of the small symptoms and nothing leans on it."""
    sign(load_evidence(small), ["SYM-002"], "zz", day=datetime.date(2026, 11, 22))
    before = load_evidence(small)
    path = small / "extracted" / "symptoms.csv"
    kept = [
        line for line in path.read_text(encoding="utf-8").splitlines(keepends=True) if not line.startswith("SYM-002")
    ]
    path.write_text("".join(kept), encoding="utf-8")
    (lost,) = lapses(before, load_evidence(small))
    assert lost.fault("symptoms") == (
        "symptoms: SYM-002 was signed by ZZ on 2026-11-22, and it was removed; say why with --reason TEXT"
    )
