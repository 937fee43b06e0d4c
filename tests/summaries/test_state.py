"""The state of the data in figures."""

from __future__ import annotations

from icans_evidence.exchange.new_project import new_project
from icans_evidence.project import Project
from icans_evidence.summaries.data_overview import state_of_data


def test_a_share_of_no_figures_is_not_said_as_a_percentage(tmp_path):
    empty = Project(new_project(tmp_path / "review", "Headache"))
    (share,) = [one for one in state_of_data(empty.evidence) if one.result_id == "state.share_in_paper"]
    assert share.estimate is None and "%" not in f"{share.phrase} {share.sentence}"
