"""What Anki shows of a deck before one studies it."""

from __future__ import annotations

from deckgen.model.settings import Settings
from deckgen.render.editor_html import text_as_editor_writes
from deckgen.render.markdown import to_html


def deck_description(settings: Settings) -> str:
    """Return the description of a project's decks as HTML, with the options that suit them."""
    about = settings.about
    homepage = f"<{about.homepage}>" if about.homepage else ""
    facts = " · ".join(filter(None, (about.author, about.licence)))
    parts = (
        to_html(about.description).html,
        text_as_editor_writes(facts),
        to_html(homepage).html,
        settings.words["deck_help"],
    )
    return "<br><br>".join(filter(None, parts))
