"""The values that travel through deckgen. All are frozen."""
