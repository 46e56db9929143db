"use strict";
// Where the deck comes from: scripts that lie beside the page, since a page opened from a file may fetch nothing.
const NOTES_A_FILE = 100; // as in static.py

const Files = {
  deck: null,
  notes: new Map(),
  takeDeck(deck) {
    Files.deck = deck;
  },
  takeNotes(number, sides) {
    Files.notes.set(number, sides);
  },
};

const Source = {
  async deck() {
    return Files.deck;
  },
  async sides(row) {
    const number = Math.floor(row.index / NOTES_A_FILE);
    if (!Files.notes.has(number)) {
      await new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = `notes/${number}.js`;
        script.onload = resolve;
        script.onerror = reject;
        document.head.append(script);
      });
    }
    return Files.notes.get(number)[row.id] ?? [];
  },
  follow() {},
};
