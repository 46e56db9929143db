"use strict";
// The list of cards: search, filters, and only those rows in the document that can be seen.

const ROW_HEIGHT = 56; // as in page.css
const ROWS_AROUND = 8;

class CardList {
  // `elements` by id; `onPick` gets a card; `onFilter` is called when the author narrows the list.
  constructor(elements, onPick, onFilter) {
    this.elements = elements;
    this.onPick = onPick;
    this.onFilter = onFilter;
    this.rows = [];
    this.cards = []; // those listed: { row, nth, key }
    this.current = null;
    for (const name of ["chapter", "section", "kind", "tag", "finding"]) {
      elements[name].addEventListener("change", () => this.filter());
    }
    elements.search.addEventListener("input", () => this.filter());
    elements.clear.addEventListener("click", () => this.showAll());
    elements.list.addEventListener("scroll", () => this.draw(), { passive: true });
    elements.list.addEventListener("click", (event) => {
      const row = event.target.closest(".row");
      if (row) onPick(this.cards[row.dataset.index]);
    });
    new ResizeObserver(() => this.draw()).observe(elements.list);
  }

  take(head, rows) {
    this.head = head;
    this.places = new Map(head.order.map((key, place) => [key, place])); // among new cards, day by day
    this.rows = rows;
    rows.forEach((row, index) => prepare(row, index));
    this.fillSelects();
    this.narrow();
  }

  // Put rows that changed in the place of the old ones; the filters' own choices stay.
  replace(changed) {
    const byId = new Map(changed.map((row) => [row.id, row]));
    this.rows.forEach((old, index) => {
      const row = byId.get(old.id);
      if (row) prepare((this.rows[index] = row), index);
    });
    this.fillSelects();
    this.narrow();
  }

  fillSelects() {
    const { chapter, section, kind, tag, finding } = this.elements;
    const counts = (values) => {
      const found = new Map();
      for (const value of values) found.set(value, (found.get(value) ?? 0) + 1);
      return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([value, count]) => [value, `${value} (${count})`]);
    };
    fill(chapter, "All chapters", this.head.chapters.map((each) => [each.id, each.title]));
    const chapters = this.head.chapters.filter((each) => !chapter.value || each.id === chapter.value);
    fill(section, "All sections", chapters.flatMap((each) => each.sections.map((part) => [part.id, part.title])));
    fill(kind, "All kinds", this.head.kinds.map((each) => [each.id, each.title]));
    fill(tag, "All tags", counts(this.rows.flatMap((row) => row.tags)));
    const codes = counts(this.rows.flatMap((row) => [...new Set(row.findings.map((each) => each.code))]));
    const marks = [["*", "Any finding"], ...(this.rows.some((row) => row.draft) ? [["draft", "Drafts"]] : [])];
    fill(finding, "With and without", [...marks, ...codes]);
  }

  showAll() {
    for (const name of ["search", "chapter", "section", "kind", "tag", "finding"]) this.elements[name].value = "";
    this.filter();
  }

  // The author searched or chose: what is in view may not be among the matches.
  filter() {
    if (!this.head) return; // the deck is on its way, and will be narrowed as it comes
    this.narrow();
    this.onFilter();
  }

  // List what matches the search and the filters.
  narrow() {
    const { search, chapter, section, kind, tag, finding, count, clear } = this.elements;
    this.fillSections();
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const matches = (row) =>
      (!chapter.value || row.chapter === chapter.value || row.sections.some((each) => each.startsWith(`${chapter.value}/`))) &&
      (!section.value || row.sections.includes(section.value)) &&
      (!kind.value || row.kind === kind.value) &&
      (!tag.value || row.tags.includes(tag.value)) &&
      (!finding.value || hasFinding(row, finding.value)) &&
      words.every((word) => row.search.includes(word));
    const rows = this.rows.filter(matches);
    const place = ({ key }) => this.places.get(key) ?? this.places.size;
    this.cards = rows
      .flatMap((row) => row.cards.map((_, nth) => ({ row, nth, key: `${row.id}:${nth + 1}` })))
      .sort((one, other) => place(one) - place(other));
    const isFiltered = rows.length < this.rows.length;
    count.textContent = `${plural(this.cards.length, "card")}${isFiltered ? ` of ${plural(rows.length, "note")}` : ""}`;
    clear.hidden = !(words.length || [chapter, section, kind, tag, finding].some((each) => each.value));
    for (const each of [chapter, section, kind, tag, finding]) each.classList.toggle("set", Boolean(each.value));
    this.draw();
  }

  // Sections are those of the chapter that is chosen.
  fillSections() {
    const { chapter, section } = this.elements;
    const chapters = this.head.chapters.filter((each) => !chapter.value || each.id === chapter.value);
    fill(section, "All sections", chapters.flatMap((each) => each.sections.map((part) => [part.id, part.title])));
  }

  // The day on which Anki brings a card, from 1; nothing for a draft.
  day(key) {
    return this.places.has(key) && Math.floor(this.places.get(key) / this.head.newADay) + 1;
  }

  index() {
    return this.cards.findIndex((card) => card.key === this.current);
  }

  // Mark a card as the one in view, and bring its row into sight.
  mark(key) {
    this.current = key;
    const { list } = this.elements;
    const top = this.index() * ROW_HEIGHT;
    if (top >= 0 && (top < list.scrollTop || top + ROW_HEIGHT > list.scrollTop + list.clientHeight)) {
      list.scrollTop = top - list.clientHeight / 2 + ROW_HEIGHT / 2;
    }
    this.draw();
  }

  draw() {
    const { list, rows } = this.elements;
    rows.style.height = `${this.cards.length * ROW_HEIGHT}px`;
    const first = Math.max(Math.floor(list.scrollTop / ROW_HEIGHT) - ROWS_AROUND, 0);
    const last = Math.ceil((list.scrollTop + list.clientHeight) / ROW_HEIGHT) + ROWS_AROUND;
    rows.replaceChildren(...this.cards.slice(first, last).map((card, nth) => this.drawn(card, first + nth)));
    const picked = rows.querySelector("[aria-selected=true]");
    if (picked) list.setAttribute("aria-activedescendant", picked.id);
    else list.removeAttribute("aria-activedescendant");
  }

  drawn({ row, nth, key }, index) {
    const element = make("div", "row");
    element.id = `row-${index}`;
    element.dataset.index = index;
    element.style.top = `${index * ROW_HEIGHT}px`;
    element.setAttribute("role", "option");
    element.setAttribute("aria-selected", key === this.current);
    element.setAttribute("aria-setsize", this.cards.length);
    element.setAttribute("aria-posinset", index + 1);
    const under = make("span", "under");
    const day = this.day(key);
    under.append(make("span", "", `${day ? `Day ${day} · ` : ""}${row.kindTitle} · ${row.cards[nth]}`));
    const worst = ["error", "warning", "info"].find((each) => row.findings.some(({ severity }) => severity === each));
    if (worst) under.append(make("span", `mark ${worst}`, plural(row.findings.length, "finding")));
    else if (row.draft) under.append(make("span", "mark warning", "draft"));
    element.append(make("span", "title", row.title || row.id), under);
    return element;
  }
}

function prepare(row, index) {
  row.index = index;
  row.search = [row.id, row.path, row.text, ...row.tags].join("\n").toLowerCase();
}

function hasFinding(row, wanted) {
  if (wanted === "*") return row.findings.length > 0;
  if (wanted === "draft") return row.draft;
  return row.findings.some((each) => each.code === wanted);
}

// Give a select its options, `all` first; what was chosen stays chosen where it still exists.
function fill(select, all, options) {
  const wanted = [["", all], ...options];
  const text = JSON.stringify(wanted);
  if (select.dataset.options === text) return;
  const chosen = select.value;
  select.dataset.options = text;
  select.replaceChildren(...wanted.map(([value, title]) => new Option(title, value)));
  select.value = wanted.some(([value]) => value === chosen) ? chosen : "";
}

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function plural(count, word) {
  return `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
}
