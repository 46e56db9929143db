"""The process that asks Anki, for ``deckgen.verify.anki_process``: FOLDER NOW SECONDS MEMORY DISK."""

from __future__ import annotations

import signal
import sys
from contextlib import suppress
from pathlib import Path

from deckgen.model.values import encode_json
from deckgen.verify.anki_process import ANSWER, NEW, OLD


def main(folder: Path, now: int, seconds: int, memory: int, disk: int) -> None:
    """Import the packages and write what came of it."""
    if sys.platform != "win32":
        _limit(seconds, memory, disk)
    from deckgen.verify.anki_import import import_both  # noqa: PLC0415 - Anki is loaded within the limits

    outcome = import_both(folder / OLD, folder / NEW, folder, now)
    (folder / ANSWER).write_bytes(encode_json(outcome))


def _limit(seconds: int, memory: int, disk: int) -> None:
    """Let the system end this process where it takes too much."""
    import resource  # noqa: PLC0415 - not on Windows

    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, disk),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError):  # the user's own limit is lower; or macOS, which has none on memory
            resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))
    # Python ignores this signal, and Anki would call the package damaged.
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
