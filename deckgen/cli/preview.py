"""``deckgen preview``: the deck as readers get it, beside the file that one edits."""

from __future__ import annotations

import threading
import webbrowser
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deckgen.cli.documented import Documented
from deckgen.cli.named_path import NamedPath
from deckgen.cli.output import (
    needs_extra,
    plural,
    print_findings,
    project_argument,
    root_of,
    runs_until_ctrl_c,
    say,
    stop,
)
from deckgen.cli.progress_line import shows
from deckgen.cli.writing import says_what_fails, unreadable_media
from deckgen.model.diagnostics import has_errors, in_order
from deckgen.model.limits import refuse_link
from deckgen.model.notes import MediaUnreadableError

if TYPE_CHECKING:
    from deckgen.preview.deck import DeckReader


@click.command(
    name="preview",
    cls=Documented,
    examples={
        "deckgen preview": "Open the deck in the browser; Ctrl-C ends it.",
        "deckgen preview --static pages": "Write the pages as files.",
    },
)
@project_argument
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="The port to serve on.  [default: a free one]"
)
@click.option("--no-open", is_flag=True, help="Do not open the browser.")
@click.option("--no-stories", is_flag=True, help="Leave out your stories.yaml, as others get the deck.")
@click.option(
    "--static",
    "folder",
    type=NamedPath(file_okay=False),
    metavar="DIR",
    help="Write the page into DIR instead, as files that open without a server.",
)
def command(project: Path, *, port: int, no_open: bool, no_stories: bool, folder: Path | None) -> None:
    """Show the deck of PROJECT as readers get it, and update it after each save.

    The page is served to this machine only, until Ctrl-C.
    """
    if folder and port:
        raise click.UsageError("--static writes files and serves nothing: leave out --port.")
    root = root_of(project)
    # Ctrl-C is how serving ends; files that were not written are another matter.
    with nullcontext() if folder else runs_until_ctrl_c(), needs_extra("preview", "deckgen preview"):
        from deckgen.preview.deck import DeckReader

        reader = DeckReader(root, with_stories=not no_stories)
        if folder is None:
            _serve(reader, port, opens=not no_open)
        else:
            _write(reader, folder)


def _serve(reader: DeckReader, port: int, *, opens: bool) -> None:
    from deckgen.preview.server import Preview, address_of, listen, serve

    try:
        listener = listen(port)
    except OSError as error:
        stop(f"Cannot serve on port {port}: {error.strerror}. Leave out --port to take a free one.")
    preview = Preview(reader)
    address = address_of(preview, listener)

    def started() -> None:
        say(f"Preview: {address}")
        say("Save a file and the page shows it. Ctrl-C to end.", err=True)
        if opens:
            # A browser that stays in the foreground must not hold up the page that it wants.
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    serve(preview, listener, started)


def _write(reader: DeckReader, folder: Path) -> None:
    from deckgen.preview.static_page import DECK_FILE, can_take_page, write_static

    with says_what_fails(folder):
        refuse_link(reader.root, folder / DECK_FILE)
        if not can_take_page(folder):
            stop(f"{folder} has files that no earlier preview wrote. Name a new folder, or an empty one.")
    with shows("Rendering and linting"):
        reader.read()
        linted = reader.lint()
        deck, findings = reader.read()  # again, for a deck that shows what the lint rules found
    findings = in_order((*findings, *linted))
    print_findings(findings, reader.root)
    if has_errors(findings):
        stop("Nothing was written.")
    with says_what_fails(folder):
        try:
            count = write_static(deck, folder)
        except MediaUnreadableError as error:
            print_findings([unreadable_media(error)], reader.root)
            stop(f"The page in {folder} is not complete.")
        except KeyboardInterrupt:
            raise KeyboardInterrupt(f"Stopped. The page in {folder} is not complete.") from None
    say(f"Wrote {plural(count, 'file')}: open {folder / 'index.html'}")
