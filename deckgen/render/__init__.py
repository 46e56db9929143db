"""Notes to what Anki shows: Markdown to HTML, and each note's fields, cards and tags."""
