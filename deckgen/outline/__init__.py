"""From a chapter's text to its outline: repair the text, find its points, compare with an outline in use."""
