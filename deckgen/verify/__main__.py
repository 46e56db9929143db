"""The process that asks Anki: ``python -m deckgen.verify ORDER``, for ``deckgen.verify.process``."""

from __future__ import annotations

import signal
import sys
from contextlib import suppress
from pathlib import Path

from deckgen.model.values import decode_json, encode_json
from deckgen.verify.process import Limits, Order


def main(order: Order) -> None:
    """Import the packages and write what came of it."""
    if sys.platform != "win32":
        _limit(order.limits)
    from deckgen.verify.importing import import_both  # noqa: PLC0415 - Anki is loaded within the limits

    outcome = import_both(*order.packages, Path(order.folder), order.now)
    order.answer.write_bytes(encode_json(outcome))


def _limit(limits: Limits) -> None:
    """Let the system end this process where it takes too much."""
    import resource  # noqa: PLC0415 - not on Windows

    for kind, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_FSIZE, limits.disk),
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        with suppress(ValueError):  # the user's own limit is lower; or macOS, which has none on memory
            resource.setrlimit(kind, (most, hard))
    # Python ignores this signal, and Anki would call the package damaged.
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)


if __name__ == "__main__":
    main(decode_json(sys.argv[1], type=Order))
