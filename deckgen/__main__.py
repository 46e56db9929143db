"""``python -m deckgen``: the same as the ``deckgen`` command."""

from deckgen.cli import main

if __name__ == "__main__":
    main(prog_name="deckgen")
