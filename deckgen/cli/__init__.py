"""The ``deckgen`` command: one file a command, imported when it is called."""

from __future__ import annotations

import atexit
import gc
import io
import os
import sys
import time

# Each command's line in the help; the module of the same name holds it as ``command``.
COMMANDS = {
    "init": "Write a small project to start from.",
    "new": "Write the start of a note type of your own.",
    "outline": "Write an outline from a chapter, or compare the two.",
    "build": "Compile a project into an Anki package.",
    "preview": "Show the deck as readers get it, and update it after each save.",
    "status": "Show what the next build would change for readers.",
    "check": "Report everything that is wrong with a project.",
    "coverage": "Show which points of the outline no note teaches.",
    "lint": "Find cards that teach badly, as a good editor would.",
    "explain": "Explain the code of a finding.",
    "forget": "Stop shipping retired notes.",
    "stub": "Print notes to fill in for points that no note teaches.",
    "schema": "Print JSON Schemas, by which editors complete and check the files.",
    "recover": "Rebuild a lost lock from a package that was shipped.",
    "verify": "Show what Anki does when a reader of one package imports the next.",
    "help": "Show the documents, without a network.",
    "completion": "Print the script by which a shell completes all this.",
}

STOPPED = "Stopped. No file is half written: each is as it was, or complete."


def main(prog_name: str | None = None) -> None:
    """Run the command line. A build that has little to do is done before anything else is loaded."""
    started = time.time_ns()
    # As it ends, Python searches all objects for reference cycles, though all go with the process. It skips
    # frozen ones, which saves a tenth of the time of `--help`.
    atexit.register(gc.freeze)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # it was closed, as `>&-` does
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - until the end
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # as stderr: a file's name may be no text
    try:
        try:
            _run(prog_name, started)
        finally:
            sys.stdout.flush()  # where it cannot be written, that is to be known here
    except KeyboardInterrupt:
        sys.stderr.write(f"\n{STOPPED}\n")
        sys.exit(130)
    except OSError as error:
        if error.filename is not None:  # then it is not of what was printed
            raise
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # or Python would fail again as it ends
        if isinstance(error, BrokenPipeError):  # nobody reads any more
            sys.exit(1)
        sys.exit(f"Cannot print to the standard output: {error.strerror or error}.")


def _run(prog_name: str | None, started: int) -> None:
    # A command makes values by the million and keeps nearly all of them. The collector would walk through
    # them again and again to find cycles: a third of the time of a large build, and it finds none. What runs
    # until Ctrl-C turns it on again (``output.runs_until_ctrl_c``).
    gc.disable()
    key = None
    if sys.argv[1:2] == ["build"]:
        from deckgen.build.manifest import key_of
        from deckgen.cli.quick_build import build_again

        key = key_of(sys.argv[2:])
        if key and build_again(key, started):
            return
    import signal

    from deckgen.cli.group import group

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: nothing half done stays behind

    if "_DECKGEN_COMPLETE" in os.environ:  # a shell asks what could follow
        from deckgen.cli.completion import add_powershell

        add_powershell()
    group(prog_name=prog_name, obj=(key, started) if key else None)
