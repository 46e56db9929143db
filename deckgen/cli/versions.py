"""What ``deckgen --version`` says, which a report of a fault should hold."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from deckgen import __version__


def versions() -> list[str]:
    """Return the versions of deckgen, Python, genanki and the Anki that `verify` asks, each."""
    lines = [f"deckgen, version {__version__}", f"Python {platform.python_version()} on {platform.system()}"]
    return [*lines, *(_version(name) for name in ("genanki", "anki"))]


def _version(name: str) -> str:
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return f"{name}: not installed"
