"""Rendered notes to an Anki package: slots, the lock and its stamps, and the file itself."""
