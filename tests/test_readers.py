"""What docs/readers.md tells readers: each claim on what Anki does, tried on the real Anki."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from anki.import_export_pb2 import IMPORT_ANKI_PACKAGE_UPDATE_CONDITION_NEVER as NEVER
from anki.scheduler_pb2 import CustomStudyRequest
from anki_collection import Reader
from author import Author, concept, question

OWN_STYLE = "_deckgen-own.css"
A, B = '"What is a?"', '"What is b?"'


@pytest.fixture
def author(tmp_path: Path) -> Author:
    """Return an author whose two notes were built."""
    someone = Author(tmp_path)
    someone.notes(concepts=[concept("a"), concept("b")])
    someone.build()
    return someone


def correct_a(author: Author) -> None:
    author.notes(concepts=[concept("a", answer="Better"), concept("b")])
    author.build()


def test_an_update_changes_no_card(author: Author, reader: Reader):
    reader.import_package(author.package)
    reader.answer(2)
    col = reader.col
    (card,) = col.find_cards(A)
    col.set_user_flag_for_cards(3, [card])
    col.sched.suspend_cards([card])
    col.set_deck([card], col.decks.id("Mine"))
    (of_b,) = col.find_cards(B)
    options = col.decks.add_config("My options")
    deck = col.decks.get(col.get_card(of_b).did)
    col.decks.set_config_id_for_deck_dict(deck, options["id"])
    before = reader.cards(), reader.reviews()
    correct_a(author)
    assert reader.import_package(author.package).updated == 1
    assert (reader.cards(), reader.reviews()) == before
    assert col.get_card(card).user_flag() == 3
    assert col.decks.config_dict_for_deck_id(col.get_card(of_b).did)["name"] == "My options"


def test_an_update_replaces_the_description_of_a_deck_and_keeps_the_order_of_new_cards(
    author: Author, reader: Reader
):
    reader.import_package(author.package)
    before = reader.cards()
    author.write("deckgen.yaml", {"name": "Test", "id": "test", "description": "Now with words."})
    author.notes("ch01/a-first.yaml", concepts=[concept("early")])
    author.build()
    reader.import_package(author.package)
    assert "Now with words." in reader.col.decks.by_name("Test")["desc"]
    assert before.items() <= reader.cards().items()
    assert len(reader.cards()) == len(before) + 1


def test_an_update_replaces_tags_and_edits_of_the_notes_that_it_changes(author: Author, reader: Reader):
    reader.import_package(author.package)
    for note in (A, B):
        reader.edit(note, "Example", "My own")
        reader.add_tag(note, "mine")
    for note in reader.col.find_notes(""):  # the edits were made before the author's
        reader.col.db.execute("update notes set mod = ? where id = ?", author.now, note)
    correct_a(author)
    assert reader.import_package(author.package).updated == 1
    assert reader.col.find_notes("tag:mine Example:My*") == reader.col.find_notes(B)


def test_a_note_that_the_reader_edited_last_ignores_an_older_package(author: Author, reader: Reader):
    reader.import_package(author.package)
    correct_a(author)
    reader.edit(A, "Example", "My own")  # Anki's clock is years ahead of the author's
    assert reader.import_package(author.package).updated == 0
    assert reader.col.find_notes("Example:My*")


def test_an_import_that_updates_no_notes_keeps_every_tag(author: Author, reader: Reader):
    reader.import_package(author.package)
    reader.add_tag(A, "mine")
    reader.col.db.execute("update notes set mod = ?", author.now)
    author.notes(concepts=[concept("a", answer="Better"), concept("b"), concept("c")])
    author.build()
    log = reader.import_package(author.package, update_notes=NEVER)
    assert (log.new, log.updated) == (1, 0)
    assert len(reader.col.find_notes("tag:mine")) == 1


def test_a_field_that_the_reader_added_stops_all_updates(author: Author, reader: Reader):
    reader.import_package(author.package)
    note_type = reader.col.get_note(reader.col.find_notes(A)[0]).note_type()
    reader.col.models.add_field(note_type, reader.col.models.new_field("Mine"))
    reader.col.models.update_dict(note_type)
    correct_a(author)
    log = reader.import_package(author.package)
    assert (log.new, log.updated, log.conflicting) == (0, 0, 2)


def test_a_preset_is_left_out_unless_ticked_and_then_takes_the_place_of_the_readers_own(tmp_path: Path):
    sender, reader = Reader(tmp_path / "sender"), Reader(tmp_path / "reader")
    note = sender.col.new_note(sender.col.models.by_name("Basic"))
    note["Front"] = "Q"
    sender.col.add_note(note, sender.col.decks.id("D"))
    give_preset(sender, "The author's")
    package = sender.export_package(tmp_path / "deck.apkg", with_deck_configs=True)
    sender.close()
    reader.import_package(package)
    assert reader.col.decks.config_dict_for_deck_id(reader.col.decks.id("D"))["name"] == "Default"
    give_preset(reader, "Mine")
    reader.import_package(package)
    assert reader.col.decks.config_dict_for_deck_id(reader.col.decks.id("D"))["name"] == "Mine"
    reader.import_package(package, with_deck_configs=True)
    assert reader.col.decks.config_dict_for_deck_id(reader.col.decks.id("D"))["name"] == "The author's"
    reader.close()


def give_preset(reader: Reader, name: str) -> None:
    """Give the deck D options of its own."""
    preset = reader.col.decks.add_config(name)
    reader.col.decks.set_config_id_for_deck_dict(reader.col.decks.by_name("D"), preset["id"])


def test_the_tags_of_the_deck_choose_a_part_of_it_to_study(author: Author, reader: Reader):
    author.notes(concepts=[concept("a"), concept("b", covers=["second/p3"])], questions=[question("tell")])
    author.build()
    reader.import_package(author.package)
    assert reader.col.find_notes("tag:test::ch01::first") == reader.col.find_notes(A)
    study = CustomStudyRequest.Cram(
        kind=CustomStudyRequest.Cram.CRAM_KIND_NEW,
        card_limit=100,
        tags_to_include=["test::kind::questions"],
    )
    deck = reader.col.decks.id("Test::01 One")
    reader.col.sched.custom_study(CustomStudyRequest(deck_id=deck, cram=study))
    (chosen,) = reader.col.find_cards('deck:"Custom Study Session"')
    assert reader.col.get_card(chosen).note_type()["name"].startswith("Question")


def test_a_second_import_of_the_same_file_changes_nothing(author: Author, reader: Reader):
    reader.import_package(author.package)
    before = reader.notes(), reader.cards()
    log = reader.import_package(author.package)
    assert (log.new, log.updated, log.duplicate) == (0, 0, 2)
    assert (reader.notes(), reader.cards()) == before


def test_a_note_of_the_readers_own_is_never_touched(author: Author, reader: Reader):
    reader.import_package(author.package)
    (card,) = reader.col.find_cards(A)
    note = reader.col.new_note(reader.col.models.by_name("Basic"))
    note["Front"], note.tags = "Mine", ["my-tag"]
    reader.col.add_note(note, reader.col.get_card(card).did)
    before = reader.notes()[note.guid]
    correct_a(author)
    reader.import_package(author.package)
    assert reader.notes()[note.guid] == before


def test_a_deck_that_the_reader_renamed_keeps_its_cards(author: Author, reader: Reader):
    reader.import_package(author.package)
    deck = reader.col.decks.get(reader.col.get_card(reader.col.find_cards(A)[0]).did)
    name = deck["name"]
    reader.col.decks.rename(deck, "Mine")
    author.notes(concepts=[concept("a", answer="Better"), concept("b"), concept("c")])
    author.build()
    reader.import_package(author.package)
    decks = {card[0]: values[0] for card, values in reader.cards().items()}
    assert sorted(decks.values()) == sorted(["Mine", "Mine", name])


def test_retired_notes_are_found_and_what_is_deleted_comes_back(author: Author, reader: Reader):
    reader.import_package(author.package)
    note_a = reader.col.find_notes(A)
    author.notes(concepts=[concept("b")])
    author.build()
    reader.import_package(author.package)
    retired = reader.col.find_notes("tag:test::retired")
    assert retired == note_a
    reader.col.remove_notes(retired)
    assert reader.import_package(author.package).new == 1
    cards = reader.col.find_cards("tag:test::retired")
    reader.col.sched.suspend_cards(cards)
    correct_b = [concept("b", answer="Better")]
    author.notes(concepts=correct_b)
    author.build()
    assert reader.import_package(author.package).new == 0
    assert reader.col.find_cards("tag:test::retired is:suspended") == cards


def test_a_new_theme_replaces_the_readers_styling_but_not_their_own_stylesheet(
    author: Author, reader: Reader
):
    reader.import_package(author.package)
    own = Path(reader.col.media.dir(), OWN_STYLE)
    own.write_text(".card { font-size: 24px }")
    note_type = reader.col.get_note(reader.col.find_notes(A)[0]).note_type()
    note_type["css"] += ".card { color: teal }"
    reader.col.models.update_dict(note_type)
    reader.col.db.execute("update notetypes set mtime_secs = ?", author.now)  # before the author's
    author.write("deckgen.yaml", {"name": "Test", "id": "test", "theme": {"size": 20}})
    author.build()
    assert reader.import_package(author.package).updated == 0
    assert "teal" not in reader.col.models.get(note_type["id"])["css"]
    assert own.read_text() == ".card { font-size: 24px }"


def test_check_media_neither_misses_nor_drops_the_readers_own_stylesheet(author: Author, reader: Reader):
    reader.import_package(author.package)
    assert not reader.col.media.check().missing
    Path(reader.col.media.dir(), OWN_STYLE).write_text(".card { font-size: 24px }")
    assert not reader.col.media.check().unused


def test_the_readers_own_stylesheet_is_synced(reader: Reader, tmp_path: Path):
    Path(reader.col.media.dir(), OWN_STYLE).write_text(".card { font-size: 24px }")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "SYNC_USER1": "reader:secret",
        "SYNC_BASE": str(tmp_path / "server"),
        "SYNC_HOST": "127.0.0.1",
        "SYNC_PORT": str(port),
    }
    server = subprocess.Popen([sys.executable, "-m", "anki.syncserver"], env=environment)
    phone = Reader(tmp_path / "phone")
    try:
        _wait_for(port)
        for device, upload in ((reader, True), (phone, False)):
            _sync(device, f"http://127.0.0.1:{port}/", upload=upload)
        assert Path(phone.col.media.dir(), OWN_STYLE).read_text() == ".card { font-size: 24px }"
    finally:
        phone.close()
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("Anki's sync server does not start")


def _sync(device: Reader, server: str, *, upload: bool) -> None:
    login = device.col.sync_login("reader", "secret", server)
    usn = device.col.sync_collection(login, sync_media=False).server_media_usn
    device.col.full_upload_or_download(auth=login, server_usn=usn, upload=upload)
    device.col.sync_media(login)
    while device.col.media_sync_status().active:
        time.sleep(0.05)
