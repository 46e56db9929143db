"""Coverage for its readers: by section and kind, as data, as a page and as a badge."""
