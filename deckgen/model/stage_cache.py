"""What stages gave last time. A stage is a function of its inputs: the same again need not be worked out."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

_Inputs = ParamSpec("_Inputs")
_Result = TypeVar("_Result")


class Memory:
    """The last inputs and result of each stage, by a name such as the path of the file that it read.

    Inputs are compared, never hashed: those that are the same objects as last time cost next to nothing.
    Nobody may change a result that came from here. One that ``keeps`` nothing is for a single run.
    """

    def __init__(self, *, keeps: bool = True) -> None:
        self.keeps = keeps
        self._kept: dict[str, tuple[object, object]] = {}

    def recall(
        self, name: str, stage: Callable[_Inputs, _Result], *inputs: _Inputs.args, **named: _Inputs.kwargs
    ) -> _Result:
        """Return what ``stage`` makes of these inputs; it runs unless they are those of last time."""
        if not self.keeps:
            return stage(*inputs, **named)
        kept = self._kept.get(name)
        if kept is None or kept[0] != (inputs, named):
            kept = self._kept[name] = (inputs, named), stage(*inputs, **named)
        return kept[1]  # type: ignore[return-value]  # what stands under a name came from one stage
