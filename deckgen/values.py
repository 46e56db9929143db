"""Frozen values: msgspec's structs, which are quick to make and to define (docs/performance.md)."""

from __future__ import annotations

import sys

# msgspec asks typing_extensions first for what `typing` has had since Python 3.11, and that one imports
# inspect and ast: a seventh of the time of a build after an edit. For None, Python says that there is none.
_NAME = "typing_extensions"
_present = sys.modules.get(_NAME)
sys.modules[_NAME] = _present  # type: ignore[assignment]
try:
    from msgspec import Struct, field
    from msgspec.structs import asdict, force_setattr, replace
finally:
    if _present is None:
        del sys.modules[_NAME]

__all__ = ["Struct", "asdict", "field", "force_setattr", "replace"]
