// Measures every card of the page; returns what is wrong, each with the name of its card.
// A card is an element with data-card; without any, the page is one card. Engines of 2018 run this, too.
(limits) => {
  const faults = [];
  const name = (element) => (element.closest("[data-card]") || { dataset: { card: "card" } }).dataset.card;
  const describe = (element) => {
    const classes = element.getAttribute("class");
    return element.tagName.toLowerCase() + (classes ? "." + classes.split(" ").join(".") : "");
  };
  const scrolls = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
  const insideScroller = (element, root) => {
    for (let e = element.parentElement; e && e !== root.parentElement; e = e.parentElement) {
      if (e !== document.body && scrolls(e)) return true;
    }
    return false;
  };
  const channels = (colour) => {
    const [red, green, blue, alpha = 1] = colour.match(/[\d.]+/g).map(Number);
    return { red, green, blue, alpha };
  };
  const luminance = ({ red, green, blue }) => {
    const [r, g, b] = [red, green, blue]
      .map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (lighter + 0.05) / (darker + 0.05);
  };
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = channels(getComputedStyle(e).backgroundColor);
      if (colour.alpha === 1) return colour;
    }
    return { red: 255, green: 255, blue: 255 };
  };

  const width = document.documentElement.clientWidth;
  // Until Chrome 128 a box inside a zoomed body was measured in pixels of the body.
  const probe = document.body.appendChild(document.createElement("div"));
  probe.style.cssText = "position: fixed; left: 0; width: 100%";
  const scale = width / probe.getBoundingClientRect().width;
  probe.remove();
  if (document.documentElement.scrollWidth > width) {
    faults.push(`the page is ${document.documentElement.scrollWidth} wide at ${width}`);
  }
  const cards = document.querySelectorAll("[data-card]");
  for (const card of cards.length ? cards : [document.body]) {
    for (const element of card.querySelectorAll("*")) {
      const style = getComputedStyle(element);
      if (element.closest("style, script, mjx-assistive-mml") || style.display === "none") continue;
      const box = element.getBoundingClientRect();
      const [left, right] = [box.left * scale, box.right * scale];
      // Spaces at the end of a line of code hang over its box, and are not seen.
      const hangs = element.parentElement.closest("pre");
      if (box.width && !hangs && (right > width + 1 || left < -1) && !insideScroller(element, card)) {
        faults.push(`${name(element)}: ${describe(element)} reaches from ${left} to ${right} of ${width}`);
      }
      const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      // Parts of a formula (indices, fractions) are smaller than its text; MathJax sets them.
      if (hasText && style.overflow === "hidden" && element.scrollHeight > element.clientHeight + 1) {
        faults.push(`${name(element)}: ${describe(element)} is cut off`);
      }
      if (!hasText || element.closest("mjx-container") || style.visibility === "hidden") continue;
      const size = parseFloat(style.fontSize);
      if (size < limits.size - 0.01) faults.push(`${name(element)}: ${describe(element)} is ${size} px`);
      const ratio = contrast(channels(style.color), behind(element));
      if (ratio < limits.contrast) {
        faults.push(`${name(element)}: ${describe(element)} has ${ratio.toFixed(2)} : 1`);
      }
    }
  }
  // After a flip the first block of the answer is on screen: whole, or as much of it as most of a screen holds.
  const answer = document.getElementById("answer");
  if (limits.turned && answer) {
    const block = answer.nextElementSibling;
    const { top, bottom, height } = block.getBoundingClientRect();
    const shown = Math.min(bottom * scale, innerHeight) - Math.max(top * scale, 0);
    if (shown < Math.min(height * scale, limits.turned * innerHeight) - 1) {
      faults.push(`${Math.round(shown)} of ${Math.round(height * scale)} px of the answer show on ${innerHeight}`);
    }
  }
  return [...new Set(faults)];
}
