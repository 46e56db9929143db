"""The preview: a page that shows the deck as readers get it, and follows each save."""
