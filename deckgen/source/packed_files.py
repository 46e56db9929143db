"""Packs the files of a project that templates and styles load."""

from __future__ import annotations

import re
from html import unescape

from deckgen.model.diagnostics import Finding, span_at
from deckgen.model.notes import MediaFile
from deckgen.model.sides import OWN_STYLE
from deckgen.model.values import replace
from deckgen.source.media import MediaLibrary
from deckgen.source.named_files import FETCHED, NETWORK, is_in_link

# In a style; what looks like an address in a comment or a string is none.
_IN_CSS = re.compile(
    r"""/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|url\(\s*["']?\s*(?P<address>[^\s"')]*)""",
    re.IGNORECASE | re.DOTALL,
)
# What names no file of the project: a field, or the text itself.
_NO_FILE = re.compile(r"\{\{|data:|blob:|about:|#|\Z", re.IGNORECASE)


def pack_files(
    text: str, path: str, library: MediaLibrary
) -> tuple[str, tuple[MediaFile, ...], list[Finding]]:
    """Name the files that a template or a style loads as they are named in the package.

    Anki keeps a file whose name starts with `_` even if no note shows it (the manual, "Media", "Manually
    adding media").

    Args:
        text: of the template or the style.
        path: its path in the project; files are looked for beside it, and in ``media/``.
        library: finds them.

    Returns:
        The text with the names in the package, the files, and the findings on those that are not there.
    """
    media: dict[str, MediaFile] = {}
    findings: list[Finding] = []

    def rename(match: re.Match[str]) -> str:
        address = unescape(match["address"] or "")
        if _is_elsewhere(match, address):
            return match[0]
        found = library.resolve(address, path, span_at(path, text, match.start("address")))
        if isinstance(found, Finding):
            findings.append(found)
            return match[0]
        name = f"_{found.package_name}"
        media[name] = replace(found, package_name=name)
        return match[0].removesuffix(match["address"]) + name

    pattern = _IN_CSS if path.endswith(".css") else FETCHED
    return pattern.sub(rename, text), tuple(media.values()), findings


def _is_elsewhere(match: re.Match[str], address: str) -> bool:
    """Tell whether an address is none of a file that is to be packed."""
    named = match.groupdict()
    is_followed = named.get("link") and is_in_link(match.string, match.start())
    if is_followed or named.get("imports") or address in OWN_STYLE:
        return True
    return NETWORK.match(address) is not None or _NO_FILE.match(address) is not None
