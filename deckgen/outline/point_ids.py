"""Makes ids of sections and points from their own words, so that they do not depend on neighbours."""

import re
from collections.abc import Iterable

from anyascii import anyascii

# Words without a meaning of their own. Those that reverse a meaning (not, no, without, over, versus) stay.
_STOPPING = """
a about also an and any are as at be been by can could did do does during for from has have how i if in into
is it its just may me might must my of on one or our shall should so than that the their them they there these
this those to us was we were which will with would you your yourself
"""
_STOP_WORDS = frozenset(_STOPPING.split())
_OPENINGS = re.compile(
    r"(?:tell me (?:about|of)|describe|explain|give (?:me )?an example of|walk me through)\b", re.IGNORECASE
)
# A compound such as end-to-end is one word.
_WORD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ASIDE = re.compile(r"(?<=\w)\s+\([^()]*\)$")
_IDEOGRAPH = re.compile("([\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])")

_WORDS, _MOST_WORDS, _CHARACTERS = 4, 8, 32


class Names:
    """Makes ids, each different from those made before and those ``taken``."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)
        self._last: dict[str, int] = {}

    def take(self, name: str) -> bool:
        """Mark an id as taken; tell whether it was free."""
        was_free = name not in self._taken
        self._taken.add(name)
        return was_free

    def name(self, text: str, otherwise: str, *, first: str = "") -> str:
        """Return a new kebab-case id for ``text``.

        It has up to four of the words that carry the meaning, more if that id is taken, and a number if all
        these words are the same. ``first`` is a label to be used instead if it is free; ``otherwise`` is the
        id of a text without words.
        """
        if first and self.take(name := _joined(telling_words(first) or [otherwise], _CHARACTERS)):
            return name
        words = telling_words(text) or [otherwise]
        for count in range(_WORDS, _MOST_WORDS + 1):
            name = _joined(words[:count], _CHARACTERS * count // _WORDS)
            if self.take(name):
                return name
        number = self._last.get(name, 1) + 1
        while not self.take(f"{name}-{number}"):
            number += 1
        self._last[name] = number
        return f"{name}-{number}"


def telling_words(text: str) -> list[str]:
    """Return the words that carry a text's meaning, in order, in ASCII and lower case."""
    if not text.isascii():
        text = anyascii(_IDEOGRAPH.sub(r" \1 ", text))
    text = _ASIDE.sub("", re.sub(r"(?<=\w)'(?=\w)", "", text)).lower()
    words = _WORD.findall(text)
    rest = _WORD.findall(_OPENINGS.sub("", text.lstrip(" '\""), count=1))
    return [word for word in rest if word not in _STOP_WORDS] or rest or words


def _joined(words: list[str], longest: int) -> str:
    """Join words with hyphens, leaving off those that make the id too long; the first stays."""
    name = words[0][:longest]
    for word in words[1:]:
        if len(name) + 1 + len(word) > longest:
            break
        name += f"-{word}"
    return name
