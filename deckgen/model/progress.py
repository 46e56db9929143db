"""How a long run tells what it is at."""

from __future__ import annotations

from collections.abc import Callable

Tell = Callable[[str], None]  # called with the name of each stage as it begins


def tell_nobody(_stage: str) -> None:
    """Tell nobody."""
