"""The form of judgements that wait for a person, as `analysis/appraisal_form.py` completes it."""

from __future__ import annotations

import importlib.util

from own_project import ROOT


def test_what_stands_is_kept_and_each_item_that_waits_is_added_once_and_not_judged(evidence):
    spec = importlib.util.spec_from_file_location("appraisal_form", ROOT / "analysis" / "appraisal_form.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    form, present = script.completed(), evidence.appraisal
    assert form.head(present.height).equals(present)
    assert set(form.slice(present.height)["judgement"]) <= {"not_judged"}
    assert form.select("cohort_id", "item").is_unique().all()
