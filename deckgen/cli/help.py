"""``deckgen help``: the documents, without a network."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from deckgen.cli import COMMANDS, candidates
from deckgen.cli.documented import Documented
from deckgen.cli.output import echo, say
from deckgen.model.addresses import DOCUMENTS
from deckgen.model.diagnostics import did_you_mean

_PACKAGE = Path(__file__).parent.parent
_FOLDERS = (_PACKAGE / "docs", _PACKAGE.parent / "docs")  # as it is installed, and in the repository


def topics() -> dict[str, Path]:
    """Return the documents by the names of their files."""
    found = (folder.glob("*.md") for folder in _FOLDERS)
    return {page.stem: page for pages in found for page in sorted(pages)}


@click.command(
    name="help",
    cls=Documented,
    examples={"deckgen help": "List all topics.", "deckgen help format": "Read how notes are written."},
)
@click.argument("topic", nargs=-1, shell_complete=candidates.topics)
def command(topic: tuple[str, ...]) -> None:
    """Show the documents on TOPIC, or the help of the command of that name.

    Without TOPIC, all topics are listed.
    """
    pages = topics()
    name = " ".join(topic)
    if not name:
        formatter = click.get_current_context().make_formatter()
        formatter.write_dl([(name, _title(page)) for name, page in pages.items()])
        say(*formatter.getvalue().split("\n"), f"The same on the web: {DOCUMENTS}")
    elif name in pages:
        _show(pages[name].read_text(encoding="utf-8"))
    elif topic[0] in COMMANDS:
        from deckgen.cli.group import group

        group(args=[*topic, "--help"], prog_name="deckgen")
    else:
        hint = did_you_mean(name, (*pages, *COMMANDS), "`deckgen help` lists them.")
        raise click.BadParameter(f"There is no topic `{name}`. {hint}", param_hint="TOPIC")


def _title(page: Path) -> str:
    with page.open(encoding="utf-8") as lines:
        return next((line.lstrip("# ").strip() for line in lines if line.startswith("# ")), page.stem)


def _show(text: str) -> None:
    """Print Markdown: as it is to a file, and laid out on a terminal, page by page."""
    if not sys.stdout.isatty():
        echo(text)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console()
    with console.capture() as captured:
        console.print(Markdown(text, hyperlinks=False), width=min(console.width, 100))
    click.echo_via_pager(captured.get())
