"use strict";
// The screens of readers: a frame for each app, by day and by night, that shows cards as the app does.

// Runs inside a frame. A served one has an origin of its own: a card's scripts do not reach the page.
function frameMain(mathjax) {
  const options = {
    tex: {
      displayMath: [["\\[", "\\]"]],
      processEscapes: false,
      processEnvironments: false,
      processRefs: false,
      packages: { "[+]": ["noerrors", "mathtools", "mhchem"], "[-]": ["textmacros"] },
    },
    startup: { typeset: false },
    options: { renderActions: { addMenu: [], checkLoading: [] }, ignoreHtmlClass: "tex2jax_ignore", processHtmlClass: "tex2jax_process" },
  };
  async function typeset() {
    if (!/\\[([]/.test(document.body.textContent)) return;
    if (!window.MathJax) {
      window.MathJax = options;
      await new Promise((resolve) => {
        const script = document.createElement("script");
        script.src = mathjax;
        script.onload = script.onerror = resolve;
        document.head.append(script);
      });
    }
    await window.MathJax.startup?.promise;
    await window.MathJax.typesetPromise?.();
  }
  // Scripts that arrive as text do not run; Anki makes them anew, so that they do.
  function runScripts() {
    for (const old of document.body.querySelectorAll("script")) {
      const script = document.createElement("script");
      for (const { name, value } of old.attributes) script.setAttribute(name, value);
      script.textContent = old.textContent;
      old.replaceWith(script);
    }
  }
  async function show(message) {
    const place = [scrollX, scrollY];
    document.getElementById("deck-style").textContent = message.css;
    document.body.className = message.classes;
    document.body.style.zoom = message.zoom; // as AnkiDroid's card zoom does it
    document.body.innerHTML = message.html;
    runScripts();
    const answer = document.getElementById("answer");
    if (message.keeps) scrollTo(...place);
    else if (message.isBack && answer) {
      // As scrollIntoView() does, which would scroll this page, too.
      const padding = getComputedStyle(document.documentElement).scrollPaddingTop;
      const room = (parseFloat(padding) || 0) * (padding.endsWith("%") ? innerHeight / 100 : 1);
      const margin = parseFloat(getComputedStyle(answer).scrollMarginTop) || 0;
      scrollTo(0, answer.getBoundingClientRect().top + scrollY - room - margin);
    } else scrollTo(0, 0);
    parent.postMessage({ shown: message.number }, "*");
    await typeset();
  }
  addEventListener("message", (event) => event.source === parent && show(event.data));
  addEventListener("keydown", (event) => {
    const at = event.target.closest?.("input, textarea, select, summary, button, a[href]");
    if (event.ctrlKey || event.metaKey || event.altKey || at) return;
    if ([" ", "Enter", "ArrowLeft", "ArrowRight"].includes(event.key)) event.preventDefault();
    parent.postMessage({ key: event.key }, "*");
  });
  addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-play]");
    if (button) new Audio(button.dataset.play).play();
    if (event.target.closest?.("a")) event.preventDefault();
  });
  parent.postMessage({ ready: true }, "*");
}

const LEAST_DESKTOP = 450; // CSS pixels
const CAPTION = 28;
const OVERLAID = "html{scrollbar-width:none}"; // a phone's bar lies over the page

class Screens {
  // `onKey` gets a key pressed within a frame; `onShown` is called when a frame shows what it was told.
  constructor(stage, onKey, onShown) {
    this.stage = stage;
    this.groups = [make("div", "screens"), make("div", "screens")]; // of phones, of desktops
    stage.append(...this.groups);
    this.frames = [];
    this.card = null;
    addEventListener("message", (event) => {
      const frame = this.frames.find((each) => each.element.contentWindow === event.source);
      if (!frame) return;
      if (event.data.ready) {
        frame.isReady = true;
        this.send(frame, false);
      }
      if (event.data.key) onKey(event.data.key);
      if (event.data.shown) onShown(event.data.shown);
    });
    new ResizeObserver(() => this.fit()).observe(stage);
  }

  // Set up a frame for each app in `apps` and each of `schemes` ("light", "dark").
  arrange(apps, schemes, language, zoom) {
    this.zoom = zoom;
    for (const group of this.groups) group.replaceChildren();
    this.frames = apps.flatMap((app) => schemes.map((scheme) => this.frame(app, scheme, language)));
    this.fit();
  }

  frame(app, scheme, language) {
    const isNight = scheme === "dark";
    const element = document.createElement("iframe");
    // From a file, a frame with an origin of its own would get neither pictures nor MathJax.
    if (location.protocol !== "file:") element.sandbox = "allow-scripts";
    element.title = `${app.label}, ${scheme}`;
    element.width = app.width;
    element.height = app.height;
    const root = `${app.html}${isNight && !app.is_phone ? " night-mode" : ""}`;
    const mathjax = JSON.stringify(new URL("mathjax.js", location.href).href);
    element.srcdoc = `<!doctype html><html lang="${language}" class="${root}"><head><meta charset="utf-8">
      <base href="${new URL("media/", location.href).href}"><title>Card</title>
      <style>${app.style}${app.is_phone ? OVERLAID : ""}</style><style id="deck-style"></style>
      <script>(${frameMain})(${mathjax})</script></head><body class="card"></body></html>`;
    const figure = document.createElement("figure");
    figure.className = app.is_phone ? "screen phone" : "screen";
    const caption = document.createElement("figcaption");
    caption.textContent = `${app.label}${app.is_old ? ": newer CSS left out" : ""} · ${scheme}`;
    const glass = document.createElement("div");
    glass.className = "glass";
    glass.append(element);
    figure.append(caption, glass);
    this.groups[app.is_phone ? 0 : 1].append(figure);
    return { element, glass, app, isNight, isReady: false };
  }

  // Give each screen its true size, or less where the page has no room for it.
  fit() {
    const style = getComputedStyle(this.stage);
    const room = this.stage.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const gap = parseFloat(style.columnGap) || 0;
    const phones = this.frames.filter((frame) => frame.app.is_phone);
    const desktops = this.frames.filter((frame) => !frame.app.is_phone);
    // Desktops stand beside the phones, one above the other and above the fold, where half the room is enough.
    const isBeside = phones.length > 0 && room > 2 * LEAST_DESKTOP;
    const width = isBeside ? room / 2 : room;
    const abreast = !isBeside && room > 2 * LEAST_DESKTOP ? desktops.length : 1;
    const fold = this.stage.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
    const height = isBeside ? (fold - gap) / desktops.length - CAPTION : Infinity;
    for (const frame of desktops) this.size(frame, (width - gap * (abreast - 1)) / abreast, height);
    this.groups[1].style.maxWidth = `${width}px`;
    const left = isBeside ? (room - this.groups[1].offsetWidth - gap * phones.length) / phones.length : room;
    for (const frame of phones) this.size(frame, left, Infinity);
  }

  size({ element, glass, app }, room, height) {
    const edge = glass.offsetWidth - glass.clientWidth;
    const width = Math.floor(Math.min(app.width, room - edge - 1, ((height - edge) * app.width) / app.height));
    glass.style.width = `${width + edge}px`;
    glass.style.height = `${Math.round((app.height * width) / app.width) + edge}px`;
    element.style.transform = `scale(${width / app.width})`;
  }

  // Show one side of a card: { html, css, oldCss, ordinal, isBack, number }. `keeps`: the reader's place stays.
  show(card, keeps) {
    this.card = card;
    for (const frame of this.frames) this.send(frame, keeps);
  }

  send(frame, keeps) {
    if (!frame.isReady || !this.card) return;
    const { html, css, oldCss, ordinal, isBack, number } = this.card;
    const { app, isNight } = frame;
    const classes = ["card", `card${ordinal}`, app.body, isNight ? app.night : ""].filter(Boolean).join(" ");
    const style = app.is_old ? oldCss : css;
    const message = { html: app.before + html + app.after, css: style, classes, isBack, keeps, number, zoom: this.zoom };
    frame.element.contentWindow.postMessage(message, "*");
  }
}
