"""Words for the codes of the data: denominators, grading scales, age groups.

One word per code everywhere: in sentences, tables, charts and reasons.
"""

from __future__ import annotations

DENOMINATOR_WORDS = {
    "treated": "patients treated",
    "any_neurotoxicity": "patients with any neurotoxicity",
    "severe": "patients with severe neurotoxicity",
    "tested": "patients tested",
    "other": "the patients described",
    "not_stated": "patients (denominator not stated)",
}

SCALES = {
    "astct2019": "ASTCT 2019", "ctcae4": "CTCAE 4", "ctcae5": "CTCAE 5", "ctcae_unspecified": "CTCAE", "cres": "CRES",
    "cartox": "CARTOX", "other": "other scale", "not_stated": "scale not stated",
}  # fmt: skip

AGES = {
    "adult": "adults",
    "pediatric": "children",
    "pediatric_and_young_adult": "children and young adults",
    "mixed": "ages mixed",
    "not_stated": "not stated",
}
