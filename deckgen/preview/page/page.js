"use strict";
// The page as a whole: the card in view, its side, and what a save changes.

const $ = (id) => document.getElementById(id);
const ids = ["search", "chapter", "section", "kind", "tag", "finding", "count", "clear", "list", "rows"];
const elements = Object.fromEntries(ids.map((id) => [id, $(id)]));

const state = {
  version: 0,
  head: null,
  card: null, // the one in view: { row, nth, key }
  isBack: false,
  number: 0, // of what the screens were last told to show
  sides: new Map(), // of notes by id, as far as they were shown
  // What is chosen of each select in the header.
  app: recall("app") ?? (innerWidth < 900 ? "ankidroid" : "ankidroid desktop"),
  scheme: recall("scheme") ?? "light dark",
  zoom: recall("zoom") ?? "1",
};

const list = new CardList(elements, (card) => pick(card), showMatches);
const screens = new Screens($("stage"), press, (number) => (document.body.dataset.shown = number));

// What is remembered between visits; a page opened from a file may have no memory.
function recall(name) {
  try {
    return localStorage.getItem(`preview-${name}`);
  } catch {
    return null;
  }
}

function remember(name, value) {
  try {
    localStorage.setItem(`preview-${name}`, value);
  } catch {
    // The choice lasts as long as the page.
  }
}

async function takeDeck(deck) {
  state.version = deck.version;
  state.head = deck.head;
  document.title = `${deck.head.name} · preview`;
  $("deck-name").textContent = deck.head.name || "Preview";
  for (const row of deck.rows) nameKind(row);
  list.take(deck.head, deck.rows);
  showProblems(deck.findings);
}

function nameKind(row) {
  row.kindTitle = state.head.kinds.find((kind) => kind.id === row.kind)?.title ?? row.kind;
}

async function takeNews(news) {
  if (news.version === undefined) {
    // A first glance at what was saved, ahead of all else that it changed.
    for (const [id, sides] of Object.entries(news.cards)) state.sides.set(id, sides);
    if (news.cards[state.card?.row.id]) await showCard({ keeps: true });
    return;
  }
  if (news.findings === undefined) {
    // The first word of a server: its version tells whether something was missed.
    if (news.version !== state.version) await takeAnew();
    return;
  }
  state.version = news.version;
  const inView = state.card?.row.id;
  for (const id of news.whole && !Object.keys(news.cards).length ? state.sides.keys() : []) state.sides.delete(id);
  for (const row of news.rows) state.sides.delete(row.id);
  for (const [id, sides] of Object.entries(news.cards)) state.sides.set(id, sides);
  if (inView && news.cards[inView]) await showCard({ keeps: true });
  showProblems(news.findings);
  if (news.whole) await takeAnew();
  else {
    for (const row of news.rows) nameKind(row);
    list.replace(news.rows);
    returnToCard();
  }
  document.body.dataset.version = state.version;
}

async function takeAnew() {
  const deck = await Source.deck();
  if (!deck.rows.length || deck.version !== state.version) state.sides.clear();
  const styles = JSON.stringify(state.head?.styles);
  await takeDeck(deck);
  if (styles !== JSON.stringify(deck.head.styles)) state.sides.clear();
  returnToCard();
}

// Find the card in view among the rows as they are now; if it is gone, the one that took its place.
function returnToCard() {
  const { card } = state;
  const row = card && list.rows.find((each) => each.id === card.row.id);
  if (row) {
    const nth = Math.min(card.nth, row.cards.length - 1);
    const how = { keeps: nth === card.nth, isBack: state.isBack, leavesList: false };
    pick({ row, nth, key: `${row.id}:${nth + 1}` }, how);
    return;
  }
  const at = Math.min(Math.max(list.index(), card?.at ?? 0, 0), list.cards.length - 1);
  pick(list.cards[at] ?? null, { leavesList: false });
}

// Bring a card into view, front first. `keeps`: it is the one in view already, which changed.
// `leavesList`: on a phone, close the list over it.
function pick(card, { keeps = false, isBack = false, leavesList = true } = {}) {
  state.card = card;
  state.isBack = isBack;
  if (leavesList) {
    document.body.classList.remove("list-open");
    $("toggle-list").setAttribute("aria-expanded", "false");
  }
  list.mark(card?.key ?? null);
  showAbout();
  showPosition();
  if (card) {
    location.replace(`#${card.key}`);
    showCard({ keeps });
  }
}

async function showCard({ keeps = false } = {}) {
  const { row, nth, key } = state.card;
  if (!state.sides.has(row.id)) {
    const sides = await Source.sides(row);
    if (state.card?.key !== key) return; // the author went on meanwhile
    state.sides.set(row.id, sides);
  }
  const side = state.sides.get(row.id)[nth];
  if (!side) return;
  const html = state.isBack ? side.back : side.front;
  const css = state.head.styles[row.kind] ?? "";
  const oldCss = state.head.oldStyles[row.kind] ?? "";
  const shown = screens.card;
  if (keeps && shown && shown.html === html && shown.css === css && shown.isBack === state.isBack) return;
  state.number += 1;
  screens.show({ html, css, oldCss, ordinal: row.ordinals[nth], isBack: state.isBack, number: state.number }, keeps);
  $("turn").textContent = state.isBack ? "Next card" : "Show answer";
}

function turn() {
  if (!state.card) return;
  if (state.isBack) go(1);
  else {
    state.isBack = true;
    showCard();
  }
}

function go(step) {
  const index = list.index();
  const next = index < 0 ? 0 : index + step;
  if (list.cards[next]) pick(list.cards[next]);
}

function showPosition() {
  const { card } = state;
  const index = list.index();
  const day = index >= 0 && list.day(list.cards[index].key);
  $("position").textContent = index >= 0 ? `${index + 1} of ${list.cards.length}${day ? ` · day ${day}` : ""}` : "";
  $("previous").disabled = index === 0 || !list.cards.length;
  $("next").disabled = index === list.cards.length - 1 || !list.cards.length;
  if (card && index >= 0) card.at = index;
}

// Keep the card in view while it is among the matches; else go to the first of them.
function showMatches() {
  if (list.index() < 0 || !state.card) pick(list.cards[0] ?? null, { leavesList: false });
  else showPosition();
}

function showAbout() {
  const row = state.card?.row;
  const main = document.querySelector(".about");
  main.hidden = $("stage").hidden = !row;
  $("nothing").hidden = Boolean(row);
  $("nothing").textContent = list.rows.length
    ? "No card matches the search and the filters. “Show all” in the list lifts them."
    : "There is no card to show. What stands in the way is listed above.";
  $("turn").disabled = !row;
  $("copied").textContent = "";
  if (!row) return;
  $("note-id").textContent = row.id;
  $("card-name").textContent = `${row.kindTitle} · ${row.cards[state.card.nth]}`;
  $("state").hidden = !row.draft && !row.old;
  $("state").textContent = row.old ? "as it was before the error" : "draft, not shipped";
  $("place").textContent = `${row.path}:${row.line}`;
  const browse = [row.title, row.cards[state.card.nth], `${row.kindTitle} · ${state.head.name}`, row.deck, row.ankiTags.join(" ")];
  $("browse").replaceChildren(...browse.map((text) => make("span", "", text)));
  $("tags").replaceChildren(...row.tags.map(tagButton));
  $("findings").replaceChildren(...row.findings.map(findingItem));
}

async function copyPlace() {
  const place = $("place").textContent;
  try {
    await navigator.clipboard.writeText(place);
    $("copied").textContent = "Copied";
  } catch {
    // Not allowed, or not there: the author's own keys can copy what is marked.
    getSelection().selectAllChildren($("place"));
    $("copied").textContent = "Marked: copy it with Ctrl-C or ⌘C";
  }
}

function tagButton(tag) {
  const button = make("button", "", tag);
  button.type = "button";
  button.title = "Show the cards with this tag";
  button.addEventListener("click", () => {
    elements.tag.value = tag;
    list.filter();
  });
  return button;
}

function findingItem(finding) {
  const item = make("li");
  const line = make("span");
  line.append(make("strong", finding.severity, finding.severity), ` ${finding.message} `, make("code", "", finding.code));
  item.append(make("span", "where", `${finding.path}:${finding.line}:${finding.column} `), line, make("span", "mend", finding.hint));
  return item;
}

function showProblems(findings) {
  const box = $("problems");
  const { counts } = findings;
  const errors = counts.error ?? 0;
  const parts = ["error", "warning", "info"].filter((word) => counts[word]).map((word) => plural(counts[word], word));
  box.hidden = !parts.length;
  box.classList.toggle("has-errors", errors > 0);
  if (errors > 0 !== box.open) box.open = errors > 0;
  $("problem-count").textContent = parts.join(", ") + (errors ? " · what cannot be read stays as it was" : "");
  $("problem-list").replaceChildren(...findings.worst.map(findingItem));
}

// Keys are those of Anki where it has them.
function press(key) {
  if (key === " " || key === "Enter") turn();
  else if (key === "ArrowRight") go(1);
  else if (key === "ArrowLeft") go(-1);
  else if (state.isBack && "1234".includes(key)) go(1);
  else if (key === "/") {
    document.body.classList.add("list-open");
    elements.search.focus();
    elements.search.select();
  } else if (key === "d") chooseNext("app");
  else if (key === "l") chooseNext("scheme");
  else if (key === "z") chooseNext("zoom");
  else return false;
  return true;
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const at = event.target;
  if (at === elements.search) {
    if (event.key === "Enter" && list.cards.length) pick(list.cards[0]);
    if (event.key === "Enter" || event.key === "Escape") elements.list.focus();
    return;
  }
  if (at.matches("select, input") || (at.matches("button, summary") && [" ", "Enter"].includes(event.key))) return;
  if (press(event.key)) event.preventDefault();
});

function chooseNext(what) {
  const { options, selectedIndex } = $(what);
  choose(what, options[(selectedIndex + 1) % options.length].value);
}

function choose(what, value) {
  state[what] = value;
  remember(what, value);
  arrange();
}

function arrange() {
  for (const what of ["app", "scheme", "zoom"]) $(what).value = state[what];
  const names = state.app.split(" ");
  const apps = state.head.apps.filter((app) => names.includes(app.name));
  screens.arrange(apps, state.scheme.split(" "), state.head.language, state.zoom);
}

async function start() {
  const wanted = decodeURIComponent(location.hash.slice(1));
  const deck = await Source.deck();
  await takeDeck(deck);
  const { apps } = deck.head;
  const pairs = apps.filter((app) => app.is_phone).map(({ label, name }) => new Option(`${label} and desktop`, `${name} desktop`));
  $("app").replaceChildren(...pairs, ...apps.map(({ label, name }) => new Option(label, name)));
  for (const what of ["app", "scheme", "zoom"]) {
    $(what).addEventListener("change", (event) => choose(what, event.target.value));
  }
  $("turn").addEventListener("click", turn);
  $("previous").addEventListener("click", () => go(-1));
  $("next").addEventListener("click", () => go(1));
  $("place").addEventListener("click", copyPlace);
  $("toggle-list").addEventListener("click", () => {
    const isOpen = document.body.classList.toggle("list-open");
    $("toggle-list").setAttribute("aria-expanded", isOpen);
  });
  arrange();
  pick(list.cards.find((card) => card.key === wanted) ?? list.cards[0] ?? null);
  document.body.dataset.version = state.version;
  let taken = Promise.resolve(); // one after another, since each may have to fetch
  Source.follow((news) => (taken = taken.then(() => takeNews(news))), (isThere) => {
    $("connection").textContent = isThere ? "" : "deckgen preview has ended: this is the deck as it was last.";
    $("connection").classList.toggle("lost", !isThere);
  });
}

start();
