"""The numbers and the nesting that Anki takes, as seen in Anki 26.09 and read in ankitects/anki."""

from __future__ import annotations

MAX_PARSED_NUMBER = 65_535  # higher ones are skipped: rslib/src/cloze.rs parses numbers as u16
MAX_CARD_NUMBER = (
    500  # higher ones share one blank card: rslib/src/notetype/cardgen.rs, new_cards_required_cloze
)
MAX_DEPTH = 10  # deeper opening marks are dropped: rslib/src/cloze.rs, parse_text_with_clozes
