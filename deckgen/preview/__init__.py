"""The deck as a page: what readers get, beside what the author writes."""
