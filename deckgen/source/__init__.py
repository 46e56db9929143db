"""Files to values: the project, its chapters, its notes and its media."""
