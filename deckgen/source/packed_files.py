"""Packs the files of a project that templates and styles load."""

from __future__ import annotations

import re

from deckgen.model.diagnostics import Finding, span_at
from deckgen.model.notes import MediaFile
from deckgen.model.sides import OWN_STYLE_FILE
from deckgen.model.text import unescape
from deckgen.model.values import replace
from deckgen.source.css_loads import on_network
from deckgen.source.media import MediaLibrary
from deckgen.source.named_files import FETCHED, FETCHED_BY_STYLE, is_in_link
from deckgen.source.template_risks import NOTETYPE_FIELD_IN_TAG

# In a style; what looks like an address in a string is none.
_IN_CSS = rf"""(?i){FETCHED_BY_STYLE}|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'"""
# What of a template may load something: a tag, a style or a script with what is in it, and Anki's sounds.
_LOADING = (
    r"(?is)<!--.*?(?:-->|\Z)|<(style|script)\b.*?(?:</(?=\1)|\Z)|\[sound:[^\[\]]*\]"
    r"""|<[a-z][^<>"']*+(?:(?:"[^"]*"|'[^']*')[^<>"']*+)*+"""
)
# Words, and no names; Anki finds sounds in them, too.
_WORDS = (
    r"\s(?:alt|title|aria-[\w-]+|data-[\w-]+)\s*=\s*"
    r"""(?:"(?:(?!\[sound:)[^"])*(?=")|'(?:(?!\[sound:)[^'])*(?='))"""
)
# `srcset` names several pictures, each with its size: `a.png, b.png 2x`.
_IN_HTML = (
    rf"""(?i){_WORDS}|[\s"'/}}]srcset\s*=\s*["'](?P<set>[^"']*)|\[sound:(?P<sound>[^\[\]{{]+)\]|{FETCHED}"""
)
_IN_SET = r"(?:\A|(?<=,))(\s*)([^\s,]+)"
# What names no file of the project: a field, or the text itself.
_NO_FILE = r"(?i)\{\{[^{}#^]*\}\}\Z|about:|#|\Z"
_WHOLE_TAG = "Write a tag with the whole name for each file, between `{{#Field}}` and `{{/Field}}`."
_CONDITIONAL = r"\A\{\{|\{\{\s*[#^]"

# What in the file is meant, `#mark`; a query before it is left out, for Anki's apps ignore it.
_FRAGMENT = r"""#[^\s"'<>&]*"""


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

    def packed(written: str, offset: int) -> str:
        address = unescape(written).strip()
        if address == OWN_STYLE_FILE or on_network(address) or re.match(_NO_FILE, address):
            return written
        place, fragment = span_at(path, text, offset), None
        if re.search(_CONDITIONAL, address):
            message = "The name of this file changes from note to note, so that it is not packed."
            findings.append(NOTETYPE_FIELD_IN_TAG.at(place, message, _WHOLE_TAG))
            return written
        found = library.resolve(address, path, place)
        if isinstance(found, Finding) and (parts := re.split("[?#]", address, maxsplit=1))[1:]:
            found, fragment = library.resolve(parts[0], path, place), re.search(_FRAGMENT, address)
        if isinstance(found, Finding):
            findings.append(found)
            return written
        name = f"_{found.package_name}"
        media[name] = replace(found, package_name=name)
        return name + (fragment[0] if fragment else "")

    def rename(match: re.Match[str], offset: int = 0) -> str:
        named = match.groupdict()
        if pictures := named.get("set"):
            start = offset + match.start("set")
            renamed = re.sub(_IN_SET, lambda each: each[1] + packed(each[2], start + each.start(2)), pictures)
            return match[0].removesuffix(pictures) + renamed
        part = "sound" if named.get("sound") else "address"
        written = named[part]
        is_followed = named.get("link") and is_in_link(match.string, match.start())
        if not written or is_followed:
            return match[0]
        start, end = (place - match.start() for place in match.span(part))
        return match[0][:start] + packed(written, offset + match.start(part)) + match[0][end:]

    def rename_in(part: re.Match[str]) -> str:
        pattern = _IN_CSS if (part[1] or "").lower() == "style" else _IN_HTML
        return re.sub(pattern, lambda match: rename(match, part.start()), part[0])

    text = re.sub(_IN_CSS, rename, text) if path.endswith(".css") else re.sub(_LOADING, rename_in, text)
    return text, tuple(media.values()), findings
