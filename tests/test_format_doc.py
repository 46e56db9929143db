"""docs/format.md names every key there is: of the settings, of a note, of each kind."""

from __future__ import annotations

import re
from html import escape

import pytest
from conftest import REPOSITORY, MakeProject, Run

from deckgen.model.note_type import COMMON_KEYS, FIELD_ROLES, POINT_SORTS
from deckgen.render.markdown import to_html
from deckgen.source.note_type_folders import built_in_note_types

DOCUMENT = REPOSITORY / "docs" / "format.md"
BEGIN, END = "<!-- kinds: written by `make golden` -->\n", "<!-- end -->"


def _kinds() -> str:
    rows = ["| kind | fields | cards |", "|---|---|---|"]
    for note_type in built_in_note_types():
        fields = [
            f"`{field.key}`{'*' if field.required else ''}" for field in note_type.fields if field.is_written
        ]
        cards = ", ".join(card.name for card in note_type.cards)
        rows.append(f"| `{note_type.kind}` | {', '.join(fields)} | {cards} |")
    return "\n".join(rows) + "\n"


def test_the_fields_of_each_kind_stand_in_the_document(request: pytest.FixtureRequest):
    before, _, rest = DOCUMENT.read_text("utf-8").partition(BEGIN)
    if request.config.getoption("--golden"):
        DOCUMENT.write_text(f"{before}{BEGIN}{_kinds()}{END}{rest.partition(END)[2]}", encoding="utf-8")
    else:
        assert rest.partition(END)[0] == _kinds()


def test_every_setting_stands_in_the_document(make_project: MakeProject, run: Run):
    root = make_project({"deckgen.yaml": "name: T\nid: t\nqqqqqqqqqq: 1\n"})
    known = re.search(r"The keys are (.*)\.", run("check", root).stdout)
    assert known
    table = DOCUMENT.read_text("utf-8").partition("## outline.yaml")[0]
    for key in re.findall(r"`(\w+)`", known[1]):
        assert f"`{key}`" in table, key


def test_what_a_note_type_can_declare_stands_in_the_document():
    part = DOCUMENT.read_text("utf-8").partition("## A note type of your own")[2]
    assert [word for word in (*FIELD_ROLES, *POINT_SORTS) if f"`{word}`" not in part] == []


def test_what_stays_as_it_is_written_does():
    rows = re.findall(r"^\| (.*) \| the same[:,]", DOCUMENT.read_text("utf-8"), flags=re.MULTILINE)
    samples = [sample for row in rows for sample in re.findall(r"`([^`]+)`", row)]
    assert len(samples) >= 18
    assert [sample for sample in samples if to_html(sample).html != escape(sample, quote=False)] == []


def test_every_key_of_a_note_stands_in_the_document():
    part = DOCUMENT.read_text("utf-8").partition("## Notes")[2]
    assert all(f"`{key}`" in part for key in COMMON_KEYS)
