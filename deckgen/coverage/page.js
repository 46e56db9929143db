// Arrow keys move between the cells of a map; all else works without a script.
const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
for (const table of document.querySelectorAll("table")) {
  table.addEventListener("keydown", (event) => {
    const here = event.target.closest("td");
    const step = steps[event.key];
    if (!here || !step) return;
    const row = table.tBodies[0].rows[here.parentNode.sectionRowIndex + step[0]];
    const next = row && row.cells[here.cellIndex + step[1]];
    const button = next && next.querySelector("button");
    if (button) {
      button.focus();
      event.preventDefault();
    }
  });
}
