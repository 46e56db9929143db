"""How Anki reads fields and names: media references, file names, deck names, cloze numbers, emptiness.

Each rule names its place in ``rslib/src/`` of ankitects/anki.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterable

from deckgen.cloze.limits import MAX_CARD_NUMBER
from deckgen.cloze.parser import parse_html

# text.rs: HTML_MEDIA_TAGS and AV_TAGS. One expression there; taken in steps here, for Python's engine
# would need exponential time on a tag with many quotation marks.
_MEDIA_TAG = re.compile(r"<(?:img|audio|video|object|source)\b", re.IGNORECASE)
_MEDIA_SOURCE = re.compile(
    r"""\b(?:src|data)=(?:"([^"]+)"[^>]*>|'([^']+)'[^>]*>|([^ >]+)(?: [^>]*>|>))""", re.IGNORECASE
)
_QUOTED = re.compile(r"\"[^\"]+\"|'[^']+'")
_SOUND = re.compile(r"\[sound:(.+?)\]", re.DOTALL)

# media/files.rs: disallowed_char, WINDOWS_DEVICE_NAME, WINDOWS_TRAILING_CHAR.
_BAD_IN_NAME = frozenset('[]<>:"/?*^\\|')
_DEVICE = re.compile(r"^(CON|PRN|AUX|NUL|COM[1-9]|LPT[1-9])(\.|$)", re.IGNORECASE)
_LONGEST_NAME = 120  # bytes; sync/media/mod.rs: MAX_MEDIA_FILENAME_LENGTH

# template.rs: field_is_empty.
_EMPTY = re.compile(r"(?:\s|</?(?:br|div) ?/?>)*", re.IGNORECASE | re.ASCII)


def is_empty(field: str) -> bool:
    """Tell whether a field counts as empty: white space and line breaks alone."""
    return _EMPTY.fullmatch(field) is not None


def normal_field(field: str) -> str:
    """Return a field as Anki stores it (notes/mod.rs: normalize_field): no control characters, NFC."""
    kept = "".join(c for c in field if c in "\n\t" or not _is_ascii_control(c))
    return unicodedata.normalize("NFC", kept)


def _is_ascii_control(character: str) -> bool:
    return character < " " or character == "\x7f"


def cloze_ordinals(fields: Iterable[str]) -> set[int]:
    """Return the places of the cards that a cloze note makes, counted from 0."""
    return {
        min(number, MAX_CARD_NUMBER) - 1
        for field in fields
        for deletion in parse_html(field).deletions
        for number in deletion.numbers
        if number
    }


def replace_media(field: str, rename: Callable[[str], str | None]) -> str:
    """Return a field with each media reference as ``rename`` gives it; None leaves it (text.rs)."""
    done, position = [], 0
    while (tag := _MEDIA_TAG.search(field, position)) is not None:
        source = _MEDIA_SOURCE.search(field, tag.end())
        if source is None:
            break
        if ">" in _QUOTED.sub("", field[tag.end() : source.start()]):
            done.append(field[position : tag.end()])
            position = tag.end()
            continue
        name = source[1] or source[2] or source[3]
        done.append(field[position : tag.start()])
        done.append(_renamed(field[tag.start() : source.end()], name, rename))
        position = source.end()
    text = "".join((*done, field[position:]))
    return _SOUND.sub(lambda match: _renamed(match[0], match[1], rename), text)


def _renamed(whole: str, name: str, rename: Callable[[str], str | None]) -> str:
    plain = html.unescape(name)
    new = rename(plain)
    if new is None:
        return whole
    return whole.replace(name, html.escape(new, quote=True) if plain != name else new)


def media_names(fields: Iterable[str]) -> set[str]:
    """Return the media files that fields refer to, under the names that Anki gives them."""
    names: set[str] = set()
    for field in fields:
        replace_media(field, lambda name: names.add(normal_file_name(name)))
    return names


def is_safe_name(name: str) -> bool:
    """Tell whether a media name is a plain file name (rslib/io: filename_is_safe); else the import fails."""
    return name.rstrip("/") not in ("", ".", "..") and "/" not in name.rstrip("/")


def normal_file_name(name: str) -> str:
    """Return a media name as Anki stores it (media/files.rs: normalize_filename)."""
    name = unicodedata.normalize("NFC", name)
    name = "".join(
        c
        for c in name
        if c not in _BAD_IN_NAME and not _is_ascii_control(c) and unicodedata.category(c) != "Cn"
    )
    name = _DEVICE.sub(r"\1_\2", name.replace("\xa0", " "))
    if name.endswith((" ", ".")):
        name += "_"
    if len(name.encode()) <= _LONGEST_NAME:
        return name
    stem, extension = _split_name(name, _LONGEST_NAME)
    name = f"{stem}.{extension}" if extension else stem
    return f"{name}_" if name.endswith((" ", ".")) else name


def _split_name(name: str, longest: int) -> tuple[str, str]:
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    extension = _cut(extension, 10)
    return _cut(stem, longest - len(extension.encode()) - 2), extension


def _cut(text: str, longest: int) -> str:
    return text.encode()[:longest].decode(errors="ignore")


def name_with_hash(name: str, sha1: str) -> str:
    """Return the name of a file whose own name is taken by another content (media/files.rs)."""
    stem, extension = _split_name(name, _LONGEST_NAME - 41)
    return f"{stem}-{sha1}.{extension}"


def normal_deck_name(name: str) -> str:
    """Return a deck's name as Anki stores it (decks/name.rs: normalized_deck_name_component)."""
    return "::".join(_normal_component(part) for part in name.split("::"))


def _normal_component(part: str) -> str:
    kept = "".join(c for c in unicodedata.normalize("NFC", part) if not _is_ascii_control(c))
    while kept != (shorter := kept.strip().strip(":")):
        kept = shorter
    return kept or "blank"


def normal_field_name(name: str) -> str:
    """Return a field's name as Anki stores it (notetype/fields.rs: fix_name)."""
    name = "".join(c for c in unicodedata.normalize("NFC", name) if c not in ':{}"').strip()
    while name != (shorter := name.lstrip("#/^").lstrip()):
        name = shorter
    return name


def normal_template_name(name: str) -> str:
    """Return a card template's or a note type's name as Anki stores it (notetype/templates.rs: fix_name)."""
    return unicodedata.normalize("NFC", name).replace('"', "")
