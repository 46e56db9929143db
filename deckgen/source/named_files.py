"""What templates and styles load: which addresses they name, those on the network, and scripts."""

import re
from collections.abc import Iterator
from html import unescape

from deckgen.model.diagnostics import Code, Finding, Severity, span_at

NOTE_TYPE_REMOTE = Code(
    "notetype-remote",
    Severity.WARNING,
    "A note type loads something from the network",
    "Each card with it asks that site: a phone in a tunnel shows less, and the site learns when, where and "
    "what your readers study.",
    bad='<img src="https://example.org/logo.png">',
    good='<img src="logo.png">',
)
NOTE_TYPE_SCRIPT = Code(
    "notetype-script",
    Severity.WARNING,
    "A note type runs a script",
    "It runs on every reader's device, where it can read the card and ask any site. Look at what it does "
    "before you ship a note type that is not your own.",
)
CODES = (NOTE_TYPE_REMOTE, NOTE_TYPE_SCRIPT)

_ATTRIBUTE = r"""[\s"'/](?:src|srcset|poster|data|background|(?P<link>href))\s*=\s*"""
# In a style: `url(…)`, `@import …`, and a string before a resolution, as in `image-set("logo.png" 2x)`.
_IN_STYLE = (
    r"""url\(\s*|@import\s+(?:url\(\s*)?|(?<=[\s(,])(?=["'][^"'\n]*["']\s+[\d.]+(?:x|dppx|dpi|dpcm)\b)"""
)
# In quotes a name may have spaces.
_ADDRESS = r"""(?P<quote>["'])?\s*(?P<address>(?(quote)(?:(?!(?P=quote))[^\n])*|[^\s"'>)]*))"""
# Where something is loaded from, none of it in a comment; `link` where it may be a link to follow.
FETCHED = re.compile(rf"(?s:<!--.*?-->)|(?:{_ATTRIBUTE}|{_IN_STYLE}){_ADDRESS}", re.IGNORECASE)
FETCHED_BY_STYLE = re.compile(rf"(?s:/\*.*?\*/)|(?:{_IN_STYLE}){_ADDRESS}", re.IGNORECASE)
NETWORK = re.compile(r"(?:https?:|wss?:|ftp:)|//", re.IGNORECASE)
_SCRIPT = re.compile(r"""<script\b|[\s"'/]on[a-z]{3,}\s*=|javascript:""", re.IGNORECASE)
_LONGEST_TAG = 2_000  # characters, to look back for its name
_LONGEST_SHOWN = 60


def reader_risks(text: str, path: str) -> Iterator[Finding]:
    """Report each address on the network in a template or a style, and the first script.

    A link that a reader may follow is no such address.
    """
    for match in (FETCHED_BY_STYLE if path.endswith(".css") else FETCHED).finditer(text):
        address = unescape(match["address"] or "").strip()
        if not NETWORK.match(address) or (match.groupdict().get("link") and is_in_link(text, match.start())):
            continue
        shown = address if len(address) <= _LONGEST_SHOWN else f"{address[:_LONGEST_SHOWN]}…"
        hint = "Take it out, or put the file into the project and name it here."
        place = span_at(path, text, match.start("address"))
        yield NOTE_TYPE_REMOTE.at(place, f"Each card asks the network for `{shown}`.", hint)
    if script := _SCRIPT.search(text):
        place = span_at(path, text, script.start())
        hint = "Take it out, if the card can do without; readers' apps run it."
        yield NOTE_TYPE_SCRIPT.at(place, f"`{script[0].strip()}` makes a script of what follows.", hint)


def is_in_link(text: str, place: int) -> bool:
    """Tell whether the tag before ``place`` is a link to follow, and not one that loads."""
    start = text.rfind("<", max(0, place - _LONGEST_TAG), place)
    return start >= 0 and re.match(r"<(?:a|area)\s", text[start : start + 6], re.IGNORECASE) is not None
