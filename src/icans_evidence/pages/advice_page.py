"""What the page of recommendations calls: what others advise, topic by topic."""

from __future__ import annotations

from icans_evidence.errors import UsageError
from icans_evidence.figures.display import Shown
from icans_evidence.figures.tables.published_tables import advice_table
from icans_evidence.pages.page import report


def advised(topic: str) -> Shown:
    """What guidelines, labels and reviews advise on a topic of the vocabulary, a row a document."""
    topics = report().evidence.vocabulary.topics
    if topic not in topics:
        raise UsageError(f'advised("{topic}"): no such topic; there are: {", ".join(topics)}')
    return advice_table(report().evidence, topic)
