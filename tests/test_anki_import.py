"""What the real Anki makes of the packages that deckgen writes."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from anki_collection import ImportLog, Reader
from conftest import OUTLINE, REPOSITORY, MakeProject, Run


@pytest.fixture
def chapter(tmp_path: Path) -> Path:
    """A copy of the real project, so that a build may write its lock."""
    return shutil.copytree(REPOSITORY / "cards", tmp_path / "cards")


def _reported(stdout: str) -> tuple[int, int]:
    """Return the notes and cards that build says it wrote."""
    match = re.search(r"in all\s+([\d,]+) notes?\s+([\d,]+) cards?", stdout)
    assert match
    return int(match[1].replace(",", "")), int(match[2].replace(",", ""))


def test_anki_imports_as_many_notes_and_cards_as_build_reports(chapter: Path, run: Run, reader: Reader):
    result = run("build", chapter, "-o", "deck.apkg")
    assert result.exit_code == 0, result.stderr
    notes, cards = _reported(result.stdout)

    log = reader.import_package(Path("deck.apkg"))

    assert log == ImportLog(new=notes, updated=0, duplicate=0, conflicting=0, other=0)
    assert reader.col.card_count() == cards
    assert not reader.col.db.list("select id from notes where id not in (select nid from cards)")


def test_every_card_renders_in_anki_with_something_on_both_sides(chapter: Path, run: Run, reader: Reader):
    run("build", chapter, "-o", "deck.apkg")
    reader.import_package(Path("deck.apkg"))
    for card_id in reader.col.find_cards(""):
        output = reader.col.get_card(card_id).render_output()
        front, back = (
            re.sub(r"<style.*?</style>|<[^>]+>", "", s, flags=re.DOTALL).strip()
            for s in (output.question_text, output.answer_text)
        )
        assert front
        assert back
        assert "{{" not in front + back
        assert len(back) > len(front) or "cloze" in output.question_text
    report = reader.col.get_empty_cards()
    assert not report.notes


def test_new_cards_come_in_the_order_of_the_outline(make_project: MakeProject, run: Run, reader: Reader):
    notes = """\
        concepts:
          - {id: core, covers: [basics/first], tags: [tier::core], prompt: Core?, answer: "4"}
          - {id: later, covers: [basics/second], prompt: Second?, answer: "2"}
          - {id: homeless, prompt: Nowhere?, answer: "3"}
          - {id: sooner, covers: [basics/first], prompt: First?, answer: "1"}
          - {id: now, covers: [basics/second], tags: [tier::core, tier::first], prompt: Now?, answer: "5"}
        """
    settings = "name: Test\nid: test\nlearn_first: [tier::first, tier::core]\n"
    run("build", make_project({"deckgen.yaml": settings}, a=notes), "-o", "deck.apkg")
    reader.import_package(Path("deck.apkg"))
    by_due = reader.col.db.list("select sfld from cards c join notes n on n.id = c.nid order by c.due, c.ord")
    assert by_due == ["Now?", "Core?", "First?", "Second?", "Nowhere?"]


def test_each_kind_arrives_with_its_cards_deck_and_tags(make_project: MakeProject, run: Run, reader: Reader):
    notes = """\
        concepts:
          - {id: c1, covers: [basics/first], tags: [mine], prompt: P?, answer: A, reverse: R?}
        red_flags:
          - {id: r1, covers: [basics/first], says: S, signals: G, instead: I}
        trade_offs:
          - {id: t1, covers: [basics/first], option_a: A, option_b: B, choose_a: X, choose_b: Y, decides: D}
        questions:
          - {id: q1, covers: [basics/second], ask: Q, tests: T, structure: [S], rubric: [R]}
        clozes:
          - {id: z1, covers: [basics/second], text: "{{c1::a}} {{c2::b {{c3::c}}}} {{c4,5::d}}"}
        """
    settings = "name: Test\nid: test\nsubdecks: {questions: Drills}\ntags_under: own\n"
    run("build", make_project({"deckgen.yaml": settings}, a=notes), "-o", "deck.apkg")
    reader.import_package(Path("deck.apkg"))
    col = reader.col
    rows = col.db.all(
        "select n.sfld, n.tags, c.ord, c.did from cards c join notes n on n.id = c.nid order by c.nid, c.ord"
    )
    seen: dict[str, list[int]] = {}
    for field, _, ord_, _ in rows:
        seen.setdefault(field[:1], []).append(ord_)
    assert list(seen.values()) == [[0, 1], [0], [0, 1, 2], [0], [0, 1, 2, 3, 4]]
    assert {col.decks.name(did) for _, _, _, did in rows} == {"Test::01 One", "Test::01 One::Drills"}
    tags = {field: sorted(tags.split()) for field, tags, _, _ in rows}
    assert tags["P?"] == ["own::mine", "test::ch01::basics::first", "test::kind::concepts"]
    assert "A or B" in tags


def test_a_note_of_no_point_is_found_by_its_chapter(make_project: MakeProject, run: Run, reader: Reader):
    notes = """\
        concepts:
          - {id: c1, prompt: P?, answer: A}
          - {id: c2, covers: [basics/first], prompt: Q?, answer: A}
        """
    run("build", make_project(a=notes), "-o", "deck.apkg")
    reader.import_package(Path("deck.apkg"))
    assert len(reader.col.find_notes("tag:test::ch01")) == 2


def test_each_deck_says_what_it_is(make_project: MakeProject, run: Run, reader: Reader):
    settings = """\
        name: Test
        id: test
        description: What <every> engineer needs.
        author: A & B
        licence: CC BY 4.0
        homepage: https://example.org/deck
        """
    notes = "concepts:\n  - {id: c1, covers: [basics/first], prompt: P?, answer: A}\n"
    run("build", make_project({"deckgen.yaml": settings}, a=notes), "-o", "deck.apkg")
    reader.import_package(Path("deck.apkg"))
    decks = [reader.col.decks.by_name(name) for name in ("Test", "Test::01 One")]
    assert decks[0]["desc"] == decks[1]["desc"]
    assert decks[0]["desc"].split("<br><br>") == [
        "What &lt;every&gt; engineer needs.",
        "A &amp; B · CC BY 4.0",
        '<a href="https://example.org/deck">https://example.org/deck</a>',
        "<b>Options that suit this deck:</b> New cards/day: 20; FSRS; Bury new siblings; Bury review siblings.",
    ]


def test_colons_in_a_title_make_no_deck_of_their_own(make_project: MakeProject, run: Run, reader: Reader):
    notes = """\
        questions:
          - {id: q1, covers: [basics/first], ask: Q, tests: T, structure: [S], rubric: [R]}
        """
    outline = OUTLINE.replace("title: One", "title: 'Joins::all of them:'", 1)
    run("build", make_project({"ch01/outline.yaml": outline}, a=notes), "-o", "deck.apkg")
    reader.import_package(Path("deck.apkg"))
    names = {deck.name for deck in reader.col.decks.all_names_and_ids()}
    assert names == {"Default", "Test", "Test::01 Joins:all of them"}


def test_a_second_import_updates_the_edited_note_alone_and_keeps_every_review(
    chapter: Path, run: Run, reader: Reader
):
    run("build", chapter, "-o", "deck.apkg")
    reader.import_package(Path("deck.apkg"))
    assert reader.answer(12) == 12
    cards, reviews, notes = reader.cards(), reader.reviews(), reader.notes()

    file = chapter / "ch36" / "ownership.yaml"
    text = file.read_text(encoding="utf-8")
    edited, edits = re.subn(r"(    answer:[ >|-]*\n? *)(?=[A-Z])", r"\1Edited. ", text, count=1)
    assert edits == 1
    file.write_text(edited, encoding="utf-8")
    result = run("build", chapter, "-o", "deck.apkg")
    assert result.exit_code == 0, result.stderr
    log = reader.import_package(Path("deck.apkg"))

    assert (log.updated, log.new, log.conflicting) == (1, 0, 0)
    assert log.duplicate == len(notes) - 1
    assert reader.cards() == cards
    assert reader.reviews() == reviews
    changed = [guid for guid, note in reader.notes().items() if note != notes[guid]]
    assert len(changed) == 1


def test_the_same_sources_and_lock_give_the_same_bytes(chapter: Path, run: Run):
    run("build", chapter, "-o", "one.apkg")
    lock = (chapter / "deckgen.lock").read_bytes()
    run("build", chapter, "-o", "two.apkg")
    assert Path("one.apkg").read_bytes() == Path("two.apkg").read_bytes()
    assert (chapter / "deckgen.lock").read_bytes() == lock
