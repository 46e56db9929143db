"""deckgen: Anki decks from YAML that a person can read and review."""

__version__ = "0.1.0"
