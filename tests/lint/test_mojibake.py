"""mojibake: letters of UTF-8 that were read as Windows-1252."""

from __future__ import annotations

import pytest
from one_rule import concept, mended, note, places

RULE = "mojibake"


@pytest.mark.parametrize(
    ("answer", "to"),
    [
        ("cafÃ© au lait", "café au lait"),
        ("itâ€™s", "it\u2019s"),
        ("a â€œquote", "a “quote"),
        ("5 Â° and 7 Âµ", "5 ° and 7 µ"),
        ("ðŸš€", "🚀"),
        ("ÐŸ", "П"),
        ("Ã¼ and Ã¶", "ü and ö"),
    ],
)
def test_damaged_letters_are_found_and_turned_back(answer: str, to: str):
    assert mended(RULE, answer, concept("What?", answer)) == to
    assert {place.split()[1] for place in places(RULE, concept("What?", answer))} == {"error"}


@pytest.mark.parametrize(
    "answer", ["café", "Ångström", "Ãà", "â la carte", "naïve Ä", "“quoted”", "plain", "Ð", "â€"]
)
def test_letters_of_other_languages_are_left_alone(answer: str):
    assert places(RULE, concept("What?", answer)) == []


def test_bytes_that_windows_1252_does_not_have_are_taken_from_latin_1():
    source = 'concepts:\n  - {id: a, prompt: P, answer: "a quoteâ€\\x9d"}\n'
    assert mended(RULE, "a quoteâ€\x9d", source) == "a quote”"


def test_a_letter_that_is_lost_is_found_and_left_to_the_author():
    assert places(RULE, concept("What?", "na\ufffdve")) == ["4:16 error"]
    assert mended(RULE, "na\ufffdve", concept("What?", "na\ufffdve")) == "na\ufffdve"


def test_each_field_and_the_source_are_looked_at():
    source = note("concepts", source="Kafkaâ€™s pages", prompt="Ã¶?", answer="A", why="so Ã¼")
    assert sorted(places(RULE, source)) == ["3:19 error", "4:14 error", "6:14 error"]
    assert places(RULE, note("concepts", source="KafkaÃ¶", prompt="P", answer="A")) == ["3:19 error"]
