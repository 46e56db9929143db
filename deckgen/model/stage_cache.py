"""What stages gave last time. A stage is a function of its inputs: with the same inputs it need not run."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

_Inputs = ParamSpec("_Inputs")
_Result = TypeVar("_Result")


class StageCache:
    """The last inputs and result of each stage, by a name such as the path of the file that it read.

    Inputs are compared, never hashed: those that are the same objects as last time cost next to nothing.
    Nobody may change a result that came from here. One that does not ``keep`` is for a single run.
    """

    def __init__(self, *, keep: bool = True) -> None:
        self.keep = keep
        self._entries: dict[str, tuple[object, object]] = {}

    def get_or_run(
        self, name: str, stage: Callable[_Inputs, _Result], *inputs: _Inputs.args, **named: _Inputs.kwargs
    ) -> _Result:
        """Return what ``stage`` makes of these inputs; it runs unless they are those of last time."""
        if not self.keep:
            return stage(*inputs, **named)
        entry = self._entries.get(name)
        if entry is None or entry[0] != (inputs, named):
            entry = self._entries[name] = (inputs, named), stage(*inputs, **named)
        return entry[1]  # type: ignore[return-value]  # what stands under a name came from one stage
