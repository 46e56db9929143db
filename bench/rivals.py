"""The same notes given to other tools from the package index: what a build costs, and what comes of it.

    python bench/rivals.py [NOTES] [--folder FOLDER]      (1,000 notes; their environments stay in FOLDER)

Each tool gets an environment of its own, with a pinned version, and the same notes in its own input format
(bench/rivals_input.py), by the commands that its README or its --help shows. Writing the input is not
timed. Each round builds with every tool once, one after the other, from nothing and after an edit.
"""

from __future__ import annotations

import argparse
import contextlib
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from project import edit_note, write_project
from rivals_input import DECK, read_notes, to_ankcompiler, to_anki_yaml_tool, to_brain_brew
from rivals_mistakes import Mistake, Said, ask, judge
from rivals_output import Made, read_crowdanki, read_package
from run import Cost

FEW = 200  # notes, where nothing is timed
ONE_ROUND = 10_000  # notes, from which on one round must do
# Seconds that an input lies there before it is built, as an author's does: deckgen takes nothing over from a
# build of files that were saved in the same moment.
SETTLED = 0.2


class Tool(NamedTuple):
    """A tool: how to install and run it, how it gets its input, where its result is, which mistakes to make.

    Commands run in a folder of the tool's own; the first is the build, others only check.
    """

    name: str
    package: str
    commands: list[list[str]]
    write: Callable[[Path, Path], None]
    read: Callable[[Path], Made]
    mistakes: list[Mistake]


class Built(NamedTuple):
    """What a build from nothing and one after an edit cost, and what the first made."""

    nothing: Cost
    edit: Cost
    made: Made


def copy_project(project: Path, folder: Path) -> None:
    """Write deckgen's own input: only files that differ, as an author's edit does."""
    for file in project.rglob("*.yaml"):
        target = folder / "cards" / file.relative_to(project)
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or target.read_bytes() != file.read_bytes():
            target.write_bytes(file.read_bytes())


_TWICE = r"(id: (\S+)\n.*?id: )\S+"
_KEY, _ID, _SYNTAX = "misspelt key", "an id twice", "broken syntax"
TOOLS = [
    Tool(
        "deckgen",
        "",
        [shlex.split("deckgen build cards")],
        copy_project,
        lambda folder: read_package(folder / "cards" / "build" / "bench.apkg"),
        [
            Mistake(_KEY, "cards/ch001/notes-0.yaml", "answer:", "anwser:"),
            Mistake(_ID, "cards/ch001/notes-0.yaml", _TWICE, r"\1\2"),
            Mistake(_SYNTAX, "cards/ch001/notes-0.yaml", r"(tags: [^\n]*)\]", r"\1"),
        ],
    ),
    Tool(
        "anki-yaml-tool",
        "anki-yaml-tool==0.4.0",
        [
            shlex.split(
                f"anki-yaml-tool batch-build -d decks --pattern *.yaml --merge --deck-name {DECK} -o out"
            ),
            shlex.split("anki-yaml-tool validate --file decks/ch001/concepts.yaml"),
        ],
        lambda project, folder: to_anki_yaml_tool(read_notes(project), folder / "decks"),
        lambda folder: read_package(folder / "out" / f"{DECK}.apkg"),
        [
            Mistake(_KEY, "decks/ch001/concepts.yaml", r"  answer:", "  anwser:"),
            Mistake(_ID, "decks/ch001/concepts.yaml", _TWICE, r"\1\2"),
            Mistake(_SYNTAX, "decks/ch001/concepts.yaml", r"(tags: [^\n]*)\]", r"\1"),
        ],
    ),
    Tool(
        "ankcompiler",
        "ankcompiler==0.6.0",
        [shlex.split(f"ankc build --deck {DECK} --path decks")],
        lambda project, folder: to_ankcompiler(read_notes(project), folder / "decks"),
        lambda folder: read_package(folder / f"{DECK.lower()}.apkg"),
        [
            Mistake(_KEY, "decks/ch001.md", r"\[\^tag\]", "[^tga]"),
            Mistake("misspelt :::", "decks/ch001.md", r"(---\n\n[^\n]+\n\n):::", r"\1::"),
            Mistake(_ID, "decks/ch001.md", r"(uid\]: (\S+)\n.*?uid\]: )\S+", r"\1\2"),
            Mistake(_SYNTAX, "decks/ch001.md", "deck: ", "deck: ["),
        ],
    ),
    Tool(
        "brain-brew",
        "Brain-Brew==0.3.11",
        [shlex.split("brainbrew run recipes/source_to_anki.yaml")],
        lambda project, folder: to_brain_brew(read_notes(project), folder),
        lambda folder: read_crowdanki(folder / "build" / "bench"),
        [
            Mistake(_KEY, "src/data/concepts.csv", "answer", "anwser"),
            Mistake(
                "misspelt key in the recipe", "recipes/source_to_anki.yaml", "file_mappings", "file_mapings"
            ),
            Mistake(_ID, "src/data/questions.csv", r"(tags\n(\w+),.*?tier::[^\n]*\n)\w+", r"\1\2"),
            Mistake(_SYNTAX, "src/data/concepts.csv", r"tags\n\w+,", r'\g<0>"'),
            Mistake(
                "broken syntax in the recipe", "recipes/source_to_anki.yaml", "build_parts:", "build_parts: ["
            ),
        ],
    ),
]


def main() -> None:
    """Print the table of costs, and below it the facts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notes", nargs="?", type=int, default=1_000)
    parser.add_argument("--folder", type=Path, help="where the environments are, or will be")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="deckgen-rivals-") as folder:
        root = Path(folder)
        tools = installed(TOOLS, (options.folder or root / "environments").resolve())
        rounds = 1 if options.notes >= ONE_ROUND else 5
        measured = measure(tools, root / "timed", options.notes, rounds)
        print_costs(options.notes, measured)
        print_facts([tool for tool in tools if tool.name in measured], root / "facts")


def installed(tools: list[Tool], folder: Path) -> list[Tool]:
    """Return the tools with commands that can be run; one that cannot be installed is told, and left out."""
    ready = []
    for tool in tools:
        home = folder / tool.name if tool.package else Path(sys.prefix)
        try:
            if tool.package:
                install(tool.package, home)
        except subprocess.CalledProcessError as error:
            print(f"{tool.package} cannot be installed: pip ends with {error.returncode}")
            continue
        commands = [[str(home / "bin" / name), *rest] for name, *rest in tool.commands]
        ready.append(tool._replace(commands=commands))
    return ready


def install(package: str, home: Path) -> None:
    """Install a package into an environment of its own; one that is there is brought to that version."""
    if not home.exists():
        venv.create(home, with_pip=True)
    subprocess.run([home / "bin" / "pip", "install", "--quiet", package], check=True)


def measure(tools: list[Tool], root: Path, notes: int, rounds: int) -> dict[str, list[Built]]:
    """Return what each tool's builds cost in each round, on the same project of ``notes`` notes."""
    for name, size in (("cards", notes), ("small", 40)):
        write_project(root / name, size)
    shutil.copytree(root / "cards", root / "edited")
    edit_note(root / "edited" / "ch001" / "notes-0.yaml", 1)
    measured: dict[str, list[Built]] = {}
    for tool in tools:  # Python compiles what it imports
        fresh(tool, root / "small", root / "warm" / tool.name)
        with contextlib.suppress(subprocess.CalledProcessError):  # told below, at the size that is asked for
            cost_apart(tool.commands[0], root / "warm" / tool.name)
    for number in range(1, rounds + 1):
        for tool in tools:
            print(f"{notes:,} notes, round {number} of {rounds}: {tool.name}", file=sys.stderr)
            try:
                built = build_twice(tool, root)
            except subprocess.CalledProcessError as error:
                print(f"{tool.name} fails at {notes:,} notes: exit {error.returncode}")
                continue
            measured.setdefault(tool.name, []).append(built)
    return measured


def build_twice(tool: Tool, root: Path) -> Built:
    """Build from nothing, and again after an edit of one note."""
    folder = root / "tools" / tool.name
    fresh(tool, root / "cards", folder)
    time.sleep(SETTLED)
    nothing = cost_apart(tool.commands[0], folder)
    made = tool.read(folder)
    tool.write(root / "edited", folder)
    return Built(nothing, cost_apart(tool.commands[0], folder), made)


def cost_apart(command: list[str], folder: Path) -> Cost:
    """Return what ``run.cost`` measures, from a small process: its parent's memory is the least it can see.

    Raises:
        CalledProcessError: the command failed.
    """
    measure = "import sys; from pathlib import Path; from run import cost; "
    measure += "print(*cost(sys.argv[2:], Path(sys.argv[1])))"
    script = [sys.executable, "-c", measure, str(folder), *command]
    bench = Path(__file__).parent
    printed = subprocess.run(script, cwd=bench, check=True, text=True, stdout=subprocess.PIPE).stdout
    seconds, memory = printed.split()
    return Cost(float(seconds), int(memory))


def fresh(tool: Tool, project: Path, folder: Path) -> None:
    """Give a tool its input in a folder that holds nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tool.write(project, folder)


def print_costs(notes: int, measured: dict[str, list[Built]]) -> None:
    """Print a row for each tool: medians, and in brackets the ratio to deckgen's, lowest and highest too."""
    print(f"\n{notes:,} notes, median of {len(measured['deckgen'])}, in brackets over deckgen's:\n")
    print("| | from nothing | one note edited | peak memory | size | notes | cards | decks |")
    print("|---|---|---|---|---|---|---|---|")
    for name, rounds in measured.items():
        made = rounds[0].made
        cells = [
            _times(measured, name, lambda built: built.nothing.seconds, "{:.2f} s"),
            _times(measured, name, lambda built: built.edit.seconds, "{:.2f} s"),
            _times(measured, name, lambda built: built.nothing.memory / 1e6, "{:.0f} MB"),
            f"{made.size / 1e6:.2f} MB",
            f"{len(made.notes):,}",
            f"{made.cards:,}",
            f"{made.decks:,}",
        ]
        print(f"| {name} | {' | '.join(cells)} |")


def _times(measured: dict[str, list[Built]], name: str, figure: Callable[[Built], float], form: str) -> str:
    median = statistics.median(map(figure, measured[name]))
    pairs = zip(measured[name], measured["deckgen"], strict=False)
    ratios = [figure(theirs) / figure(ours) for theirs, ours in pairs]
    spread = f"; {min(ratios):.2f} to {max(ratios):.2f}" if len(ratios) > 1 else ""
    return f"{form.format(median)} ({statistics.median(ratios):.2f}{spread})"


def print_facts(tools: list[Tool], root: Path) -> None:
    """Print for each tool what became of Markdown and GUIDs, and what it says of each mistake."""
    cards, edited = root / "cards", root / "edited"
    write_project(cards, FEW)
    shutil.copytree(cards, edited)
    edit_note(edited / "ch001" / "notes-0.yaml", 1)
    print(f"\nOf {FEW} notes:")
    for tool in tools:
        folder = root / tool.name
        fresh(tool, cards, folder)
        usual = [ask(command, folder) for command in tool.commands]
        first = tool.read(folder)
        ask(tool.commands[0], folder)
        again = tool.read(folder)
        tool.write(edited, folder)
        ask(tool.commands[0], folder)
        after = tool.read(folder)
        print(f"\n{tool.name} ({tool.package or 'this one'})")
        print(f"  notes: {len(first.notes)}, cards: {first.cards}")
        print(
            f"  notes with ** as typed: {first.with_text('**')}, with <strong>: {first.with_text('<strong>')}"
        )
        print(f"  GUIDs that a second build has changed: {len(first.notes.keys() - again.notes.keys())}")
        print(f"  GUIDs that an edit of one note has changed: {len(first.notes.keys() - after.notes.keys())}")
        print_mistakes(tool, cards, folder, usual)


def print_mistakes(tool: Tool, cards: Path, folder: Path, usual: list[Said]) -> None:
    """Print what each command of a tool says of each mistake, beyond what it says of the notes without it."""
    for mistake in tool.mistakes:
        fresh(tool, cards, folder)
        lines = mistake.make(folder)
        for command, known in zip(tool.commands, usual, strict=True):
            said = ask(command, folder)
            written = f", {len(tool.read(folder).notes)} notes written" if not said.exit_code else ""
            name = " ".join([Path(command[0]).name, command[1]])
            print(f"  {mistake.name}, {name}{written}: {judge(said, known, mistake.file, lines)}")


if __name__ == "__main__":
    main()
