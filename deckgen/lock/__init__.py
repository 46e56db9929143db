"""deckgen.lock: what readers have, matched with the notes of this build, and stamped where it changed."""
