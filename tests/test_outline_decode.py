"""A chapter is read in whatever encoding it is, and what is not text is refused."""

from __future__ import annotations

import pytest
from languages import FINE

from deckgen.model.diagnostics import Severity
from deckgen.outline.decode import decode_chapter


def test_bytes_that_are_no_utf_8_are_read_and_reported():
    text, findings = decode_chapter(b"fine \xe2\x86\x92\r\ncaf\xe9 \x93so\x94\r\n", "a.md")
    assert text == "fine →\ncafé “so”\n"
    assert [(finding.span.line, finding.span.column) for finding in findings] == [(2, 4)]
    assert decode_chapter("\ufeffé".encode("utf-16-le"), "a.md")[0] == "é"


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00",
        b"PK\x03\x04\x14\x00\x00\x00",
        b"# One\n\n- a\x00b\n",
    ],
)
def test_a_file_that_is_no_text_gives_an_error_and_no_outline(data: bytes):
    text, (finding,) = decode_chapter(data, "a.md")
    assert text is None
    assert (finding.code.name, finding.severity) == ("chapter-not-text", Severity.ERROR)


def test_one_stray_control_character_in_a_long_text_is_read_past():
    assert decode_chapter(b"# One\n\n- a\x0bb\n" + b"- more words\n" * 20, "a.md")[0] is not None


# A sentence as it stands in a chapter: many odd letters at once, as in `FINE`, are rare in any language.
PROSE = {
    "English": "“Don’t panic,” said Zoë – it’s a naïve question, but the café’s report was two days late…",
    "French": "Pourquoi n’a-t-on rien vu plus tôt ? Les données étaient arrivées en retard, et personne n’a prévenu.",
    "Italian": "Perché nessuno l’ha scoperto prima? I dati sono arrivati in ritardo: così è più difficile.",
    "Polish": "Dlaczego nikt nie zauważył problemu wcześniej? Dane przyszły z opóźnieniem, a zespół nie wiedział.",
    "Czech": "Proč si toho nikdo nevšiml dříve? Data přišla pozdě a tým se o tom dozvěděl až následující den.",
    "Hungarian": "Miért nem vette észre senki korábban? Az adatok késve érkeztek, és a csapat csak másnap tudta meg.",
    "Lithuanian": "Kodėl niekas to nepastebėjo anksčiau? Duomenys atėjo pavėluotai, o komanda sužinojo kitą dieną.",
}
WHOLE = [
    *((PROSE[language], "cp1252", "Windows-1252") for language in ("English", "French", "Italian")),
    *((FINE[language], "cp1252", "Windows-1252") for language in
      ("German", "Danish", "Spanish", "Portuguese", "Icelandic", "Swedish")),
    *((PROSE[language], "cp1250", "Windows-1250") for language in ("Polish", "Czech", "Hungarian")),
    *((FINE[language], "cp1250", "Windows-1250") for language in ("Croatian", "Romanian")),
    *((FINE[language], "cp1251", "Windows-1251") for language in
      ("Russian", "Ukrainian", "Bulgarian", "Serbian", "Macedonian")),
    (FINE["Turkish"], "cp1254", "Windows-1254"),
    (FINE["Greek"], "cp1253", "Windows-1253"),
    (FINE["Hebrew"], "cp1255", "Windows-1255"),
    (FINE["Arabic"], "cp1256", "Windows-1256"),
    (FINE["Latvian"], "cp1257", "Windows-1257"),
    (PROSE["Lithuanian"], "cp1257", "Windows-1257"),
    (FINE["Russian"], "koi8_r", "KOI8-R"),
    (FINE["Ukrainian"], "koi8_u", "koi8-u"),
    (FINE["Japanese"], "cp932", "CP932"),
    (FINE["Japanese"], "euc_jp", "EUC-JP"),
    (FINE["Chinese"], "gb18030", "GB18030"),
    (FINE["Chinese"], "big5", "Big5"),
    (FINE["Korean"], "cp949", "CP949"),
    (FINE["Thai"], "tis_620", "CP874"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "codec", "name"), WHOLE, ids=[f"{words[:6]}-{codec}" for words, codec, _ in WHOLE]
)
@pytest.mark.parametrize("around", ["", "# The chapter in English (Chapter 3)\n\nSome plain words.\n\n"])
def test_a_whole_text_in_an_older_encoding_is_read_in_it_and_a_warning_names_it(
    words: str, codec: str, name: str, around: str
):
    data = f"{around}{words} {words}".encode(codec, errors="ignore")
    text, (finding,) = decode_chapter(data, "a.md")
    assert text == data.decode(codec)
    assert (finding.code.name, finding.severity) == ("chapter-not-utf8", Severity.WARNING)
    assert finding.message.endswith(f"it is read as {name}.")
    assert finding.span.line == around.count("\n") + 1
    assert text.split("\n")[-1][: finding.span.column - 1].isascii()


def test_a_letter_or_two_that_are_not_utf_8_are_read_as_windows_1252():
    data = "# The chapter\n\nSome plain words.\n\n- café au lait\n".encode("cp1252")
    assert decode_chapter(data, "a.md")[0] == data.decode("cp1252")


@pytest.mark.parametrize(
    ("language", "codec"), [("Korean", "johab"), ("Greek", "cp737"), ("Hebrew", "cp862"), ("Arabic", "cp720")]
)
def test_a_text_whose_encoding_cannot_be_told_is_refused_rather_than_garbled(language: str, codec: str):
    text, (finding,) = decode_chapter(FINE[language].encode(codec, errors="ignore"), "a.md")
    assert text is None
    assert (finding.code.name, finding.severity) == ("chapter-not-text", Severity.ERROR)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("language", ["English", "Russian", "Chinese", "emoji"])
def test_utf_16_and_utf_32_are_known_by_their_byte_order_mark(codec: str, language: str):
    text, (finding,) = decode_chapter(f"\ufeff{FINE[language]}\r\n".encode(codec), "a.md")
    assert text == f"{FINE[language]}\n"
    assert finding.message.endswith(f"read as {codec[:6].upper()}.")


@pytest.mark.parametrize("language", FINE)
def test_a_text_in_utf8_with_one_line_that_is_not_is_not_refused(language: str):
    data = f"{FINE[language]}\n".encode() * 3 + "café\n".encode("latin-1")
    assert decode_chapter(data, "a.md")[0] == f"{FINE[language]}\n" * 3 + "café\n"
