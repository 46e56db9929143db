"""A path on the command line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click


class NamedPath(click.Path):
    """A path that has to have a name: pathlib would take none for the current folder.

    Where ``file_okay`` is not set, what is there has to be a folder, and no device or pipe either.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(path_type=Path, **options)

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        """Return the path; fail where it is none."""
        if not os.fspath(value):
            self.fail("The path is empty. `.` is the current folder.", param, ctx)
        path = super().convert(value, param, ctx)
        if not self.file_okay and os.path.exists(value) and not os.path.isdir(value):  # noqa: PTH110, PTH112
            self.fail(f"`{os.fspath(value)}` is not a folder.", param, ctx)
        return path
