"""What ``deckgen.yaml`` says."""

from __future__ import annotations

from collections.abc import Mapping

from deckgen.model.diagnostics import Span
from deckgen.model.note_type import NOWHERE
from deckgen.model.text import Text
from deckgen.model.values import Struct, field

NEW_A_DAY = 20  # new cards, by Anki's default


class About(Struct, frozen=True):
    """What the description of the project's decks says, as plain text."""

    description: str = ""
    author: str = ""
    licence: str = ""
    homepage: str = ""


class LintSettings(Struct, frozen=True):
    """What ``lint:`` in ``deckgen.yaml`` says, as written; the linter knows which names and values are right.

    ``limits`` holds, by the name of a rule, the name's own place and its limits by name.
    """

    ignore: tuple[Text, ...] = ()
    enable: tuple[Text, ...] = ()
    limits: Mapping[str, tuple[Text, Mapping[str, tuple[Text, Text]]]] = field(default_factory=dict)


class Settings(Struct, frozen=True):
    """What ``deckgen.yaml`` says.

    ``subdecks`` and ``a_day`` are by kind: the part that a deck's name gets, and how many of its new cards
    come a day, 0 for no pace. ``learn_first`` holds the tags whose notes come first, in order, ``tags_under``
    the tag under which an author's own go; ``theme`` is CSS that follows each note
    type's own style, ``stylesheet`` the file that follows it, and ``speech`` the language (``en_US``) in
    which questions are read aloud, if they are. ``words`` are those that deckgen puts on cards, by name; the
    ones that the author gave stand in ``own_words``, too. ``named_at`` is where ``name`` stands.
    """

    name: str
    id: str
    language: str = "en"
    about: About = About()
    subdecks: Mapping[str, str] = field(default_factory=dict)
    a_day: Mapping[str, int] = field(default_factory=dict)
    fail_under: int = 0
    ships_retired: bool = True
    learn_first: tuple[str, ...] = ()
    tags_under: str = ""
    theme: str = ""
    stylesheet: Text | None = None
    speech: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    own_words: Mapping[str, str] = field(default_factory=dict)
    lint: LintSettings = LintSettings()
    named_at: Span = NOWHERE
