"""The sides of a note's cards as an app shows them, with play buttons and the box for a typed answer."""

import re
from collections.abc import Sequence
from html import escape

from deckgen.model.note_type import NoteType, name_in_anki
from deckgen.model.notes import RenderedNote
from deckgen.model.sides import OWN_STYLE
from deckgen.preview.card_renderer import render_card
from deckgen.preview.sounds import Recording, Sound
from deckgen.preview.template_filters import text_filter

_PLAY = re.compile(r"\[anki:play:[qa]:(\d+)\]")
_TYPE = re.compile(r"\[\[type:(?:cloze:|nc:)?(.+?)\]\]")
_ANSWER_BOX = '<center><input type="text" id="typeans" aria-label="Answer"></center>'
_ARROW = (
    '<svg class="playImage" viewBox="0 0 64 64" width="40" height="40" aria-hidden="true">'
    '<circle cx="32" cy="32" r="29" fill="none" stroke="currentColor" stroke-width="3"/>'
    '<path d="M26 20 46 32 26 44Z" fill="currentColor"/></svg>'
)


def sides_of(note: RenderedNote, note_type: NoteType, project: str) -> list[dict[str, str]]:
    """Return ``front`` and ``back`` of each card of a note, as HTML; ``project`` is its name."""
    type_name, sides = name_in_anki(note_type.name, project), []
    for card in note.cards:
        rendered = render_card(
            note_type, note.fields, card, tags=note.tags, deck=note.deck, type_name=type_name
        )
        front = _with_buttons(rendered.front, rendered.front_sounds).replace(OWN_STYLE, "")
        back = _with_buttons(rendered.back, (*rendered.front_sounds, *rendered.back_sounds))
        back = back.replace(OWN_STYLE, "")  # a reader's, and not the author's
        back = _TYPE.sub(lambda match: _typed(note, match[1]), back)
        sides.append({"front": _TYPE.sub(_ANSWER_BOX, front), "back": back})
    return sides


def _with_buttons(html: str, sounds: Sequence[Sound]) -> str:
    """Put a button in the place of each sound.

    The button of speech plays nothing: some browsers would send the text to a service.
    """

    def button(match: re.Match[str]) -> str:
        number = int(match[1])
        sound = sounds[number] if number < len(sounds) else None
        if isinstance(sound, Recording):
            file = escape(sound.file)
            return (
                f'<a class="replay-button soundLink" href="#" data-play="{file}" title="{file}">{_ARROW}</a>'
            )
        title = escape(f"Anki reads aloud: {sound.text}") if sound else ""
        return f'<a class="replay-button soundLink" href="#" title="{title}">{_ARROW}</a>'

    return _PLAY.sub(button, html)


def _typed(note: RenderedNote, field: str) -> str:
    """Return what the back shows if nothing was typed: the expected answer."""
    return f'<code id="typeans">{escape(text_filter(note.fields.get(field, "")))}</code>'
