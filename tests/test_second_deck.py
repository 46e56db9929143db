"""A deck of another subject, in Japanese, by another hand: what readers of it get."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
from anki_collection import Reader
from conftest import SECOND_DECK, Run

from deckgen.build.lint_run import lint_sources
from deckgen.build.project_renderer import render_project
from deckgen.model.ids import note_guid

COMPILED, FINDINGS = render_project(SECOND_DECK)
FIELDS = SECOND_DECK.with_suffix(".txt")


def test_it_has_twenty_notes_of_all_kinds_and_one_of_its_own():
    kinds = Counter(note.kind for note in COMPILED.rendered)
    assert set(kinds) == {"concepts", "red_flags", "trade_offs", "questions", "clozes", "kosei"}
    assert kinds.total() == 20


def test_it_has_no_findings():
    assert [f"{f.span.path} {f.code.name}" for f in (*FINDINGS, *lint_sources(COMPILED.sources)[0])] == []


def test_its_fields_are_these(request: pytest.FixtureRequest):
    shown = "".join(
        f"=== {note.id}\n" + "".join(f"--- {name}\n{html}\n" for name, html in note.fields.items() if html)
        for note in COMPILED.rendered
    )
    if request.config.getoption("--golden"):
        FIELDS.write_text(shown, encoding="utf-8")
    assert shown == FIELDS.read_text(encoding="utf-8")


def test_its_new_cards_come_chapter_by_chapter_what_is_basic_first(run: Run, reader: Reader, tmp_path: Path):
    shutil.copytree(SECOND_DECK, tmp_path / "cards")
    assert run("build", "cards", "-o", "deck.apkg").exit_code == 0
    reader.import_package(Path("deck.apkg"))
    by_due = reader.col.db.list(
        "select guid from notes n join cards c on n.id = c.nid group by n.id order by min(c.due)"
    )
    names = {note_guid("tenmon", note.id): note.id for note in COMPILED.rendered}
    assert [names[guid] for guid in by_due] == [
        *("hoshi/daen-zu", "hoshi/dai-san", "hoshi/hoshi-no-ugoki", "hoshi/akai-hoshi"),  # tagged 基本
        *("hoshi/kinjitsuten", "hoshi/keisan", "hoshi/bunrui", "hoshi/taiyou-no-iro"),
        *("hoshi/betelgeuse", "hoshi/subaru", "hoshi/altair"),
        "kansoku/koukei",  # tagged 基本
        *("kansoku/nanbai", "kansoku/bairitsu-jiman", "kansoku/kussetsu-hansha", "kansoku/keiidai-sekidougi"),
        *("kansoku/pogson", "kansoku/hokkyokusei", "kansoku/kanboukai", "kansoku/kurai-sora"),
    ]


def test_its_pictures_arrive_and_its_star_has_two_cards(run: Run, reader: Reader, tmp_path: Path):
    shutil.copytree(SECOND_DECK, tmp_path / "cards")
    assert run("build", "cards", "-o", "deck.apkg").exit_code == 0
    reader.import_package(Path("deck.apkg"))
    names = [path.name for path in Path(reader.col.media.dir()).iterdir()]
    assert sorted(re.sub("-[0-9a-f]{12}", "", name) for name in names) == [
        "daen.svg",
        "hokuto.svg",
        "media.svg",
    ]
    (star,) = reader.col.find_notes("ベテルギウス deck:天文入門::*::恒星")
    front = reader.col.get_note(star).cards()[1].render_output().question_text
    assert any(f'<img src="{name}"' in front for name in names)
