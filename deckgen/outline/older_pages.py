"""Which older code page a text is in: the one in which its words have the letters of a language.

charset-normalizer was tried first: short French, German and Turkish texts it takes for Windows-1250.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# The letters outside ASCII of each language, as typed: Unicode CLDR, main and auxiliary exemplar characters.
_WESTERN = (
    "àâæçèéêëîïôœùûüÿ",  # French
    "äöüßéèà",  # German
    "áéíóúüñçàèòïªº",  # Spanish, Catalan
    "áâãàçéêíóôõúüªº",  # Portuguese
    "àèéìíîòóù",  # Italian
    "æøåäöéèêóòôàü",  # Danish, Norwegian
    "åäöéàüšž",  # Swedish, Finnish
    "áàéèëïíóöôúü",  # Dutch
    "áéíóúýþæðö",  # Icelandic
)
_CENTRAL = (
    "ąćęłńóśźż",  # Polish
    "áčďéěíňóřšťúůýž",  # Czech
    "áäčďéíĺľňóôŕšťúýž",  # Slovak
    "áéíóöőúüű",  # Hungarian
    "čćđšž",  # Croatian, Slovenian
    "ăâîşţ",  # Romanian
)
_BALTIC = (
    "āčēģīķļņšūž",  # Latvian
    "ąčęėįšųūž",  # Lithuanian
    "äõöüšž",  # Estonian
)
_RUSSIAN = "абвгдежзийклмнопрстуфхцчшщъыьэюяё"
_CYRILLIC = (
    _RUSSIAN,
    "абвгдежзийклмнопрстуфхцчшщьюяґєії",  # Ukrainian
    "абвгдежзйклмнопрстуфхцчшыьэюяёіў",  # Belarusian
    "абвгдежзиклмнопрстуфхцчшђјљњћџ",  # Serbian
    "абвгдежзиклмнопрстуфхцчшѓѕјљњќџ",  # Macedonian
)
_GREEK = "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ"
_HEBREW = "אבגדהוזחטיךכלםמןנסעףפץצקרשתװױײ"
# Nearly half the letters of a Cyrillic or Greek text are vowels; in a wrong page far fewer are.
_VOWELS = frozenset("аеёиоуыэюяєіїαεηιουωάέήίόύώ")
_LEAST_VOWELS = 0.33
# Of fewer letters it cannot be told what they are; nor if more than one of fifty is none of the language's.
_LEAST_LETTERS = 40
_MOST_WRONG = 0.02
# In Latin letters one odd character is a slip or a name, and a few of them may be.
_LEAST_MARGIN = 2
_SLIPS = 5
_HIGH = re.compile(rb"[\x80-\xff]")
_HIGH_WORD = re.compile(rb"[\x80-\xff]{3,}")
_ASCII = re.compile(r"[\x00-\x7f]+")


@dataclass(frozen=True, slots=True)
class OlderPage:
    """A code page of one byte a character, and the letters of the languages that are written in it."""

    name: str
    codec: str
    alphabets: tuple[str, ...]
    has_vowels: bool = False

    def read(self, data: bytes) -> str:
        """Return what the bytes say in this page."""
        return data.decode(self.codec, errors="replace")

    def fewest_wrong(self, text: str) -> int:
        """Return how many characters of the text are out of place in the language that explains it best."""
        return min(sum(1 for _ in _wrong(text, alphabet)) for alphabet in self.alphabets)


WINDOWS_1252 = OlderPage("Windows-1252", "sloppy-windows-1252", _WESTERN)
_LATIN = (
    WINDOWS_1252,
    OlderPage("Windows-1250", "cp1250", _CENTRAL),
    OlderPage("Windows-1254", "cp1254", ("çğıöşüâîûi̇",)),
    OlderPage("Windows-1257", "cp1257", _BALTIC),
)
_OTHERS = (
    OlderPage("Windows-1251", "cp1251", _CYRILLIC, has_vowels=True),
    OlderPage("KOI8-R", "koi8_r", (_RUSSIAN,), has_vowels=True),
    OlderPage("KOI8-U", "koi8_u", _CYRILLIC[1:2], has_vowels=True),
    OlderPage("ISO 8859-5", "iso8859_5", _CYRILLIC, has_vowels=True),
    OlderPage("code page 866", "cp866", (_RUSSIAN,), has_vowels=True),
    OlderPage("Mac Cyrillic", "mac_cyrillic", _CYRILLIC, has_vowels=True),
    OlderPage("Windows-1253", "cp1253", (_GREEK,), has_vowels=True),
    OlderPage("Windows-1255", "cp1255", (_HEBREW,)),
)


def tell_page(data: bytes) -> OlderPage | None:
    """Return the page that a text is in; None where it cannot be told."""
    high = len(_HIGH.findall(data))
    in_words = sum(map(len, _HIGH_WORD.findall(data)))  # a word in Latin letters has an ASCII one in between
    return _tell_other(data) if 2 * in_words > high else _tell_latin(data)


def _tell_latin(data: bytes) -> OlderPage | None:
    """Return Windows-1252 for a text in Latin letters, unless another page explains more of its letters."""
    wrong = {page: page.fewest_wrong(page.read(data)) for page in _LATIN}
    best = min(_LATIN, key=lambda page: wrong[page])
    if wrong[WINDOWS_1252] - wrong[best] < _LEAST_MARGIN:
        best = WINDOWS_1252
    letters = sum(map(str.isalpha, _ASCII.sub("", best.read(data))))
    return None if wrong[best] > max(_SLIPS, letters / 2) else best


def _tell_other(data: bytes) -> OlderPage | None:
    """Return the page of a text in Cyrillic, Greek or Hebrew letters."""
    found = [page for page in _OTHERS if _explains(page, page.read(data))]
    texts = {page.read(data) for page in found}
    return found[0] if len(texts) == 1 else None


def _explains(page: OlderPage, text: str) -> bool:
    letters = [letter for letter in text.lower() if letter.isalpha() and not letter.isascii()]
    if len(letters) < _LEAST_LETTERS:
        return False
    if page.has_vowels and sum(letter in _VOWELS for letter in letters) < _LEAST_VOWELS * len(letters):
        return False
    return page.fewest_wrong(text) <= _MOST_WRONG * len(letters)


def _wrong(text: str, alphabet: str) -> Iterator[str]:
    """Yield the characters outside ASCII that stand where the language has none such."""
    for at, character in enumerate(text):
        if character.isascii():
            continue
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        kind = unicodedata.category(character)[0]
        if kind == "L":
            is_wrong = character.lower() not in alphabet or (character.isupper() and before.islower())
        elif kind in "SN":
            is_wrong = character == "\ufffd" or (before.isalpha() and after.isalpha())
        else:
            is_wrong = kind == "C"
        if is_wrong:
            yield character
