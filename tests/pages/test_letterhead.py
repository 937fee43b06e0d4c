"""Whose handout it is: name, logo and phone line of a brand file, escaped, and a line to fill where there is none."""

import re
from base64 import b64decode

import pytest

from icans_evidence.errors import DataError
from icans_evidence.figures.tables.grading_tables import criteria_card, ice_card
from icans_evidence.grading.criteria import ice_items
from icans_evidence.pages.letterhead import letterhead


def headed(tmp_path, text):
    (tmp_path / "_brand.yml").write_text(text, encoding="utf-8")
    return letterhead(tmp_path).markdown


def test_without_a_brand_file_the_line_is_left_to_be_filled(tmp_path):
    assert "Local phone line: \\_" in letterhead(tmp_path).markdown


def test_an_institution_has_its_name_department_logo_and_phone_line(tmp_path):
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="20" height="10"/></svg>'
    (tmp_path / "logo.svg").write_text(drawing, encoding="utf-8")
    told = headed(
        tmp_path,
        "meta: {name: {full: Hospital of *Nowhere*, short: HN}}\n"
        "logo: {medium: {path: logo.svg, alt: A house}}\n"
        "defaults: {icans-evidence: {phone: '+1 555 0100', department: Neurology}}\n",
    )
    logo, _, words = told.partition("{=html} ")
    address = re.fullmatch(r'`<img class="logo" src="data:image/png;base64,([^"]+)" alt="A house">`', logo)
    assert address is not None
    assert b64decode(address[1])[:8] == b"\x89PNG\r\n\x1a\n", "the signature of the PNG specification"
    assert words == "**Hospital of \\*Nowhere\\* · Neurology** · Local phone line: \\+1 555 0100"


def test_a_logo_that_no_page_can_take_is_a_fault(tmp_path):
    (tmp_path / "logo.tif").write_bytes(b"II*")
    (tmp_path / "logo.svg").write_text("a house", encoding="utf-8")
    with pytest.raises(DataError, match=r"logo\.tif is no picture; allowed: \.png, \.jpg, \.jpeg, \.svg"):
        headed(tmp_path, "meta: {name: X}\nlogo: {medium: logo.tif}\n")
    with pytest.raises(DataError, match=r"logo\.svg cannot be drawn as SVG"):
        headed(tmp_path, "meta: {name: X}\nlogo: {medium: logo.svg}\n")


def test_a_logo_that_is_not_there_is_a_fault(tmp_path):
    with pytest.raises(DataError, match=r"there is no file nowhere\.png"):
        headed(tmp_path, "meta: {name: X}\nlogo: {medium: nowhere.png}\n")


def test_the_cards_hold_every_point_and_every_finding_once():
    card = ice_card().html
    assert all(item.task in card for item in ice_items())
    # orientation 4, naming 3, command, writing and attention 1 each: review, Table 1
    assert [card.count(f">{points}</td>") for points in (4, 3, 1)] == [1, 1, 3]
    grades = criteria_card("adult").html
    for finding in ("ICE 0 to 2", "focal brain edema", "deep focal weakness", "wakes only when spoken to"):
        assert len(re.findall(rf"(?<!no ){finding}", grades)) == 1
