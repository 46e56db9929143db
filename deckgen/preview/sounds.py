"""Recordings and speech in a rendered card, each replaced with a mark for its play button.

After ``rslib/src/card_rendering/`` in ankitects/anki (26.08).
"""

import re
from typing import Literal, NamedTuple

from deckgen.model.text import unescape
from deckgen.preview.template_filters import text_filter

_SOUND = re.compile(
    r"""
      \[sound:(?P<file>[^\]]+)\]
    | \[anki:tts(?![^\] \t\r\n])[ \t\r\n]*(?P<options>(?:[^\]\s=]++=(?:"[^"]*"|[^\]\s"]*)[ \t\r\n]*)*+)\]
      (?P<text>.*?)\[/anki:tts\]
    """,
    re.VERBOSE | re.DOTALL,
)
_OPTION = re.compile(r'([^\]\s=]+)=(?:"([^"]*)"|([^\]\s"]*))')
# Anki's message, with the isolation marks (U+2068, U+2069) that its translations put around arguments.
_NO_LANGUAGE = "[Error in directive '\u2068anki:tts\u2069': \u2068'\u2068lang\u2069' not set\u2069]"
_BLOCK_TAGS = (
    "br|address|article|aside|blockquote|canvas|dd|div|dl|dt|fieldset|figcaption|figure|footer|form|"
    "h[1-6]|header|hr|li|main|nav|noscript|ol|output|p|pre|section|table|tfoot|ul|video"
)
_LINE_BREAK = re.compile(f"</?(?:{_BLOCK_TAGS})>", re.IGNORECASE)


class Recording(NamedTuple):
    """A media file that Anki plays."""

    file: str


class Speech(NamedTuple):
    """Text that Anki reads aloud; ``language`` as in ``en_US``."""

    text: str
    language: str


Sound = Recording | Speech


def take_sounds(html: str, side: Literal["q", "a"]) -> tuple[str, tuple[Sound, ...]]:
    """Return one side of a card with ``[anki:play:q:0]`` for each sound, and the sounds in order."""
    sounds: list[Sound] = []

    def take(match: re.Match[str]) -> str:
        if match["file"]:
            sound: Sound = Recording(unescape(match["file"]))
        else:
            options = {name: quoted or bare for name, quoted, bare in _OPTION.findall(match["options"])}
            if not options.get("lang"):
                return _NO_LANGUAGE
            blank = options.get("cloze_blank", "blank")
            spoken = text_filter(_LINE_BREAK.sub(" ", match["text"])).replace("[...]", blank)
            sound = Speech(spoken, options["lang"])
        sounds.append(sound)
        return f"[anki:play:{side}:{len(sounds) - 1}]"

    return _SOUND.sub(take, html), tuple(sounds)
