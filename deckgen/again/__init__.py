"""Building again: what the last build went by is remembered, so that the next one does what is new alone."""
