"""What Anki shows of a deck before one studies it."""

from __future__ import annotations

from html import escape

from deckgen.model.settings import Settings

_BREAK = "<br><br>"


def deck_description(settings: Settings) -> str:
    """Return the description of a project's decks as HTML, with the options that suit them."""
    about, homepage = settings.about, escape(settings.about.homepage)
    parts = (
        escape(about.description).replace("\n", "<br>"),
        escape(" · ".join(filter(None, (about.author, about.licence)))),
        f'<a href="{homepage}">{homepage}</a>' if homepage else "",
        settings.words["deck_help"],
    )
    return _BREAK.join(filter(None, parts))
