"use strict";
// Where the deck comes from: the server, which tells of each save.
const Source = {
  async deck() {
    return (await fetch("deck.json")).json();
  },
  async sides(row) {
    return (await fetch(`note/${row.id}`)).json();
  },
  // `onNews` gets what `news_between` in server.py says; `onConnection` whether the server is there.
  follow(onNews, onConnection) {
    const events = new EventSource("events");
    events.onmessage = (event) => onNews(JSON.parse(event.data));
    events.onopen = () => onConnection(true);
    events.onerror = () => onConnection(false);
  },
};
