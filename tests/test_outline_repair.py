"""Damaged encodings are repaired, and text that is fine, in any language, is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from languages import FINE

from deckgen.outline.repair import repair

CHAPTERS = Path(__file__).parent / "chapters"
CHAPTER = (CHAPTERS / "chapter-36.md").read_text(encoding="utf-8")

PAGES = {
    "Windows-1254": "cp1254",
    "Windows-1252": "cp1252",
    "Windows-1250": "cp1250",
    "Windows-1251": "cp1251",
    "Latin-1": "latin-1",
    "Mac Roman": "mac_roman",
}


def damaged(text: str, page: str, errors: str = "") -> str:
    """Read UTF-8 as if it were in a code page; undefined bytes stay as control characters, unless ``errors``."""
    data = text.encode()
    if errors:
        return data.decode(page, errors)
    return "".join(bytes([byte]).decode(page, "ignore") or chr(byte) for byte in data)


def mended(text: str) -> str:
    return repair(text, "a.md")[0]


@pytest.mark.parametrize("language", FINE)
def test_text_that_is_fine_is_left_alone(language: str):
    assert repair(FINE[language], "a.md") == (FINE[language], [])


@given(st.lists(st.sampled_from(sorted(FINE)), min_size=1, max_size=6), st.randoms())
@settings(max_examples=80, deadline=None)
def test_fine_text_in_any_mixture_of_languages_and_words_is_left_alone(languages: list[str], random):
    words = [word for language in languages for word in FINE[language].split()]
    random.shuffle(words)
    text = " ".join(words) + "\n" + "\n".join(FINE[language] for language in languages)
    assert repair(text, "a.md") == (text, [])


# Letters that no code page of the six turns bytes into: any order of them is fine.
OTHER_SCRIPTS = st.characters(
    categories=["L", "M", "N"], min_codepoint=0x530, exclude_characters="\u1e9e"
) | st.sampled_from(" .,:-\n")


@given(st.text(OTHER_SCRIPTS, max_size=80))
@settings(max_examples=80, deadline=None)
def test_any_letters_of_the_scripts_beyond_europe_are_left_alone(text: str):
    assert repair(text, "a.md") == (text, [])


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_chapter_read_in_the_wrong_code_page_is_repaired(page: str):
    assert mended(damaged(CHAPTER, page)) == CHAPTER


@pytest.mark.parametrize("page", ["cp1254", "cp1252", "cp1250", "latin-1", "mac_roman"])
def test_damage_done_twice_is_repaired_twice(page: str):
    text = damaged(damaged(CHAPTER, page), page)
    wrong = [
        line
        for line, meant in zip(mended(text).split("\n"), CHAPTER.split("\n"), strict=True)
        if line != meant
    ]
    assert wrong == []


@pytest.mark.parametrize("errors", ["ignore", "replace"])
@pytest.mark.parametrize("page", ["cp1254", "cp1252", "cp1250", "cp1251", "mac_roman"])
def test_lost_bytes_are_put_back_and_what_cannot_be_told_is_reported(page: str, errors: str):
    """Only emoji are beyond telling: several differ in the byte that was lost."""
    text, findings = repair(damaged(CHAPTER, page, errors), "a.md")
    lost = {finding.span.line for finding in findings if finding.code.name == "encoding-lost"}
    for number, (line, meant) in enumerate(zip(text.split("\n"), CHAPTER.split("\n"), strict=True), 1):
        if number in lost:
            assert line.startswith("## \ufffd")
            assert line.split(" ", 2)[2] == meant.split(" ", 2)[2]
        else:
            assert line == meant
    assert len(lost) <= 4


# Which of the quotes it was, a lost byte does not tell in every language.
QUOTES = str.maketrans("„”“", '"""')
# Read in Windows-1251, and Armenian in any page, these look like words of some language.
UNTOLD = {"Arabic", "Armenian", "Esperanto", "Georgian", "Irish", "Khmer", "Maltese", "Welsh", "Yiddish"}


@pytest.mark.parametrize("errors", ["ignore", "replace"])
@pytest.mark.parametrize("page", ["cp1254", "cp1252", "cp1250", "cp1251"])
def test_what_is_repaired_by_half_is_reported_as_lost(page: str, errors: str):
    for language in FINE.keys() - UNTOLD:
        text, findings = repair(f"fine\n{damaged(FINE[language], page, errors)}", "a.md")
        is_whole = text.translate(QUOTES) == f"fine\n{FINE[language]}".translate(QUOTES)
        lost = [finding.span.line for finding in findings if finding.code.name == "encoding-lost"]
        assert is_whole or lost == [2], (language, text)


@pytest.mark.parametrize("line", ["- caf\ufffd au lait", "\ufffd\ufffd", "\ufffd сказал", "caf\u00c3\ufffd"])
def test_a_letter_that_was_lost_before_is_reported_with_its_line_and_the_text_is_kept(line: str):
    text, (finding,) = repair(f"# One\n\n{line}\n", "a.md")
    assert text == f"# One\n\n{line}\n"
    assert (finding.code.name, finding.span.line) == ("encoding-lost", 3)
    assert finding.message.startswith(str(line.count("\ufffd")))


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("language", ["French", "German", "Spanish", "Polish", "Russian"])
def test_what_is_repaired_whole_is_not_called_lost(language: str, page: str):
    text, findings = repair(damaged(f"{FINE[language]}\n→ {CHAPTER}", page), "a.md")
    assert text == f"{FINE[language]}\n→ {CHAPTER}"
    assert {finding.code.name for finding in findings} == {"encoding-repaired"}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_damage_in_some_lines_is_repaired_and_the_others_are_left_alone(page: str):
    lines = CHAPTER.split("\n") + list(FINE.values())
    half = [
        damaged(line, page) if number % 3 == 0 and number < 200 else line for number, line in enumerate(lines)
    ]
    text, findings = repair("\n".join(half), "a.md")
    assert text.split("\n") == lines
    changed = {number for number, (a, b) in enumerate(zip(half, lines, strict=True), 1) if a != b}
    assert {finding.span.line for finding in findings} == changed


@pytest.mark.parametrize(
    ("line", "meant"), [("café â†’ déjà vu", "café → déjà vu"), ("été … â€“ “fin”", "été … – “fin”")]
)
def test_a_damaged_mark_in_a_line_that_is_fine_otherwise_is_repaired_alone(line: str, meant: str):
    text, (finding,) = repair(line, "a.md")
    assert (text, finding.code.name) == (meant, "encoding-repaired")


@pytest.mark.parametrize(
    "language",
    ["French", "German", "Polish", "Czech", "Turkish", "Russian", "Ukrainian", "Greek", "Spanish", "Vietnamese",
     "Chinese", "Japanese", "Korean", "Hindi", "Arabic", "Hebrew", "Thai"],
)  # fmt: skip
@pytest.mark.parametrize("page", ["cp1254", "cp1252"])
def test_whole_languages_come_back(language: str, page: str):
    assert mended(damaged(FINE[language], page)) == FINE[language]


@given(
    st.sampled_from(sorted(PAGES)),
    st.sampled_from(["English", "French", "German", "emoji"]),
    st.integers(0, 60),
)
@settings(max_examples=60, deadline=None)
def test_a_lost_byte_never_costs_the_text_around_it(page: str, language: str, at: int):
    data = bytearray(FINE[language].encode())
    places = [place for place, byte in enumerate(data) if 0x80 <= byte < 0xC0]
    del data[places[at % len(places)]]
    text = "".join(bytes([byte]).decode(PAGES[page], "ignore") or chr(byte) for byte in data)
    kept = "".join(character for character in mended(text) if character.isascii())
    assert kept.replace(" ", "") == "".join(filter(str.isascii, FINE[language])).replace(" ", "")
