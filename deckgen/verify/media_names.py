"""The names of the pictures and recordings in a package of deckgen's own."""

from __future__ import annotations

import zipfile
from pathlib import Path

from deckgen.model.values import decode_json
from deckgen.source.files import open_named_file

_MOST = 1 << 25  # bytes; the list of a large deck has some 1 MB


def media_names(path: Path) -> tuple[str, ...]:
    """Return the names of the media in the package at ``path``; none where its list cannot be read.

    The rest of the package is known to be readable.
    """
    with open_named_file(path) as file, zipfile.ZipFile(file) as archive:
        try:
            with archive.open("media") as listed:
                return tuple(sorted(decode_json(listed.read(_MOST), type=dict[str, str]).values()))
        except (KeyError, ValueError, zipfile.BadZipFile):
            return ()
