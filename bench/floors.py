"""What a build from nothing cannot do without: reading its files, SQLite's bulk insert, deflate.

    python bench/floors.py PROJECT PACKAGE.apkg

PACKAGE is what deckgen built from PROJECT. The same bytes are read, the same rows inserted, the same database
packed, each alone and by the library that does it in a build; what libyaml takes to make nodes of the files
stands below. Prints seconds of CPU.
"""

from __future__ import annotations

import gc
import sqlite3
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from deckgen.yaml.nodes import compose


def seconds_of(work: Callable[[], object]) -> float:
    """Return the CPU time of some work, in seconds."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def main(project: Path, package: Path) -> None:
    """Print the cost of each floor, and their sum."""
    gc.disable()
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(package) as archive:
            collection = Path(archive.extract("collection.anki2", folder))
        files = [*project.glob("*/*.yaml")]
        floors = {
            "reading the files": seconds_of(lambda: [file.read_bytes() for file in files]),
            "SQLite's bulk insert": insert(collection, Path(folder, "again.anki2")),
            "deflate": seconds_of(lambda: deflate(collection.read_bytes())),
        }
        texts = [file.read_text() for file in files]
        nodes = seconds_of(lambda: parse(texts))
    for name, seconds in {**floors, "sum": sum(floors.values()), "libyaml's nodes": nodes}.items():
        print(f"  {name:<28} {seconds:7.3f} s")


def parse(texts: list[str]) -> None:
    """Make libyaml's nodes as a build does: without tags, and those of one file after the other."""
    for text in texts:
        compose(text)


def insert(source: Path, target: Path) -> float:
    """Return the seconds that it takes to insert all rows of a collection into a new one."""
    with closing(sqlite3.connect(source)) as connection:
        made = connection.execute("SELECT type, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        rows = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in ("notes", "cards")}  # noqa: S608

    def work() -> None:
        with closing(sqlite3.connect(target, isolation_level=None)) as connection:
            connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN")
            for _, sql in sorted(made, reverse=True):  # tables before indexes
                connection.execute(sql)
            for name, content in rows.items():
                marks = ",".join("?" * len(content[0]))
                connection.executemany(f"INSERT INTO {name} VALUES ({marks})", content)  # noqa: S608
            connection.execute("COMMIT")

    return seconds_of(work)


def deflate(data: bytes) -> int:
    """Pack a collection as a build does; return its size in bytes."""
    return len(zlib.compress(data, level=1))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
