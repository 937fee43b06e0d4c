"""Pages of projects made before the rooms were renamed still find what they call."""

from __future__ import annotations

import pytest

from icans_evidence import pages, reporting


@pytest.mark.parametrize("name", pages.PAGE)
def test_a_name_is_imported_from_the_old_room_as_from_the_new(name):
    assert getattr(reporting, name) is getattr(pages, name)


def test_a_name_that_neither_has_is_refused():
    with pytest.raises(AttributeError):
        _ = reporting.nothing_of_that_name
