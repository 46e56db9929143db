"""Importing without what a library would load and we have no use for."""

from __future__ import annotations

import sys


class absent:  # noqa: N801 - reads as a statement: `with absent("_hashlib"): import …`
    """Within it, a module that is not loaded yet counts as not installed: a library that can does without.

    Python takes None in ``sys.modules`` for that (docs: the import system, the module cache).
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        self._is_loaded = self._name in sys.modules
        if not self._is_loaded:
            sys.modules[self._name] = None  # type: ignore[assignment]

    def __exit__(self, *_: object) -> None:
        if not self._is_loaded:
            del sys.modules[self._name]
