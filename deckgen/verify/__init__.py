"""What a reader's Anki does with a package of any tool, as Anki itself shows it; and what packages hold."""
