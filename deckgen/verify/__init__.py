"""What a reader's Anki does with a package, whichever tool wrote it: Anki's importer, followed in Python."""
