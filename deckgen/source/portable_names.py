"""Names of files that another system cannot have: a project is worked on, and checked out, on all of them."""

import re
from collections.abc import Iterator, Mapping
from itertools import groupby

from deckgen.model.diagnostics import Code, Finding, Severity, Span
from deckgen.source.files import shown_path

NAME_NOT_PORTABLE = Code(
    "name-not-portable",
    Severity.WARNING,
    "Another system cannot have this file",
    "Windows has no file called `aux.yaml` or `why?.yaml`, and neither Windows nor a Mac tells `Lag.png` "
    "from `lag.png`. A checkout fails there, or lacks one of the two: the next build retires its notes.",
)
CODES = (NAME_NOT_PORTABLE,)

# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_RESERVED = r"(?i)(?:con|prn|aux|nul|(?:com|lpt)[1-9¹²³])(?:\.|\Z)"
_REFUSED = r'[<>:"|?*\\\x00-\x1f]|[. ]\Z'


def is_portable(name: str) -> bool:
    """Tell whether each system can have a file or folder of this name."""
    return not (re.match(_RESERVED, name) or re.search(_REFUSED, name))


def name_findings(folders: Mapping[str, tuple[str, ...]]) -> Iterator[Finding]:
    """Report the names in each folder that Windows cannot have, and those that differ by capitals alone."""
    for folder, names in folders.items():
        for name in names:
            if not is_portable(name):
                message = f"Windows cannot have a file or folder called `{shown_path(name)}`."
                yield NAME_NOT_PORTABLE.at(_span(folder, name), message, "Rename it.")
        for _, twins in groupby(sorted(names, key=str.casefold), key=str.casefold):
            first, *others = sorted(twins)
            for other in others:
                message = f"Windows and Macs do not tell it from `{shown_path(first)}`."
                yield NAME_NOT_PORTABLE.at(_span(folder, other), message, "Rename one of them.")


def _span(folder: str, name: str) -> Span:
    return Span(shown_path(name if folder == "." else f"{folder}/{name}"))
