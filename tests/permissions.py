"""Files and folders that a user may not read or write, whoever runs the tests."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

READ_ONLY = 0o555


@contextmanager
def closed(path: Path, mode: int = 0) -> Iterator[None]:
    """Take rights to a file or folder from everyone but root: all, or those that ``mode`` does not give."""
    before = path.stat().st_mode
    path.chmod(mode)
    try:
        yield
    finally:
        path.chmod(before)


def as_a_user(*arguments: str | Path, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run deckgen in a folder, without root's right to read and write everything."""
    without = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    command = [*without, sys.executable, "-m", "deckgen", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
