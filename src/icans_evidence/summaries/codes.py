"""Words for the codes that every review has.

One word per code everywhere: in sentences, tables, charts and reasons.
"""

from __future__ import annotations

AGES = {
    "adult": "adults",
    "pediatric": "children",
    "pediatric_and_young_adult": "children and young adults",
    "mixed": "ages mixed",
    "not_stated": "not stated",
}
