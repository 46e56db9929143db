"""Which points of the outlines are taught, for terminals, programs and as a page."""
