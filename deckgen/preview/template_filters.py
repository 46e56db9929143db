"""The filters of Anki's template language that need only the text of a field.

After ``rslib/src/template_filters.rs`` and ``text.rs`` in ankitects/anki (26.08).
"""

import re
from html.entities import name2codepoint

from deckgen.model.ids import content_hash

_TAGS = re.compile(
    r"<!--.*?-->|<style.*?>.*?</style>|<script.*?>.*?</script>|<.*?>", re.DOTALL | re.IGNORECASE
)
_ENTITY = re.compile(r"&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|([^;#][^;]*));")
_RUBY = re.compile(r" ?([^ >]+?)\[(.+?)\]")


def strip_tags(html: str) -> str:
    """Return HTML without its tags; entities stay."""
    return _TAGS.sub("", html)


def text_filter(html: str) -> str:
    """Return a field as the ``text:`` filter shows it: no tags, and entities decoded if all are known."""
    text = strip_tags(html)
    if "&" not in text:
        return text
    try:
        decoded = "".join(_decoded(piece) for piece in re.split(r"(&[^;]*;?)", text))
    except (ValueError, KeyError, OverflowError):
        return text  # as in Anki, one unknown entity leaves all as they are
    return decoded.replace("\xa0", " ")


def _decoded(piece: str) -> str:
    if not piece.startswith("&"):
        return piece
    match = _ENTITY.fullmatch(piece)
    if match is None:
        raise ValueError(piece)
    hexadecimal, decimal, name = match.groups()
    if name:
        return chr(name2codepoint[name])
    return chr(int(hexadecimal, 16) if hexadecimal else int(decimal))


def hint(text: str, field: str) -> str:
    """Return a link that shows the field when clicked; an empty field stays empty."""
    if not text.strip():
        return text
    name = content_hash(text, field)
    return (
        '\n<a class=hint href="#"\n'
        "onclick=\"this.style.display='none';\n"
        f"document.getElementById('hint{name}').style.display='block';\n"
        'return false;" draggable=false>\n'
        f"{field}</a>\n"
        f'<div id="hint{name}" class=hint style="display: none">{text}</div>\n'
    )


def ruby(text: str, replacement: str) -> str:
    """Rewrite each ``base[reading]``; a ``[sound:…]`` stays as it is."""

    def one(match: re.Match[str]) -> str:
        return match[0] if match[2].startswith("sound:") else match.expand(replacement)

    return _RUBY.sub(one, text.replace("&nbsp;", " "))
