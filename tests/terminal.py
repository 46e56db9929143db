"""A command in a real terminal."""

from __future__ import annotations

import os
import pty
import subprocess
from collections.abc import Mapping


def in_terminal(command: list[str], environment: Mapping[str, str] = {}) -> str:
    """Run a command with a terminal as its output; return what it wrote there."""
    ours, theirs = pty.openpty()
    output = b""
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, env={**os.environ, **environment}):
        os.close(theirs)
        while True:
            try:
                chunk = os.read(ours, 4096)
            except OSError:  # Linux says so when the other side is closed
                break
            if not chunk:
                break
            output += chunk
    os.close(ours)
    return output.decode()
