"use strict";
/* The scan of the page: upright and level, with a box for each word; zoomed, and moved about. */
recto.sheet = (() => {
  const { $, draw, name } = recto;
  const STEP = 1.25, LEAST = 1, MOST = 8; // of zooming; 1 is as wide as the pane
  let zoom = 1, boxes = new Map();

  /* The picture of a page under the transform that turns it upright. */
  function picture(page) {
    const [a, b, c, d, e, f] = page.onto;
    return draw("g", { transform: `matrix(${a} ${d} ${b} ${e} ${c} ${f})` },
      draw("image", { href: `report/${name(page.number)}.jpg`, width: page.width,
        height: page.height, preserveAspectRatio: "none" }));
  }

  function show(page) {
    const group = picture(page), found = recto.find.marked(page.number);
    boxes = new Map();
    for (const word of recto.lines.words(page)) {
      const [text, left, top, right, bottom, percent] = word.read;
      const box = draw("rect", { x: left, y: top, width: right - left, height: bottom - top },
        draw("title", {}, `${text} (${percent}%)`));
      box.style.setProperty("--hue", recto.lines.hue(percent));
      box.classList.toggle("found", found.has(word.id));
      box.addEventListener("click", () => recto.editing.choose(word.id));
      boxes.set(word.id, box);
      colour(word.id);
      group.append(box);
    }
    const [width, height] = page.straight;
    $("scan").replaceChildren(group);
    $("scan").setAttribute("viewBox", `0 0 ${width} ${height}`);
    $("scan").setAttribute("aria-label", `scan of page ${page.number}`);
  }

  /* Colour the box of a word as the word itself is by now. */
  function colour(id) {
    const word = $(id);
    boxes.get(id)?.classList.toggle("doubtful", Boolean(word?.classList.contains("doubtful")));
  }

  function clear() {
    boxes = new Map();
    $("scan").replaceChildren();
  }

  /* Mark the box of a word, and bring it into the pane. */
  function mark(id) {
    for (const old of $("scan").querySelectorAll(".chosen")) old.classList.remove("chosen");
    const box = boxes.get(id);
    if (!box) return;
    box.classList.add("chosen");
    const pane = $("pane"), own = box.getBoundingClientRect(), seen = pane.getBoundingClientRect();
    if (own.top < seen.top || own.bottom > seen.bottom)
      pane.scrollTop += (own.top + own.bottom - seen.top - seen.bottom) / 2;
    if (own.left < seen.left || own.right > seen.right)
      pane.scrollLeft += (own.left + own.right - seen.left - seen.right) / 2;
  }

  /* Zoom about the middle of the pane. */
  function zoomTo(wanted) {
    const pane = $("pane"), next = Math.min(MOST, Math.max(LEAST, wanted)), by = next / zoom;
    const x = (pane.scrollLeft + pane.clientWidth / 2) * by;
    const y = (pane.scrollTop + pane.clientHeight / 2) * by;
    zoom = next;
    $("sheet").style.width = `${100 * zoom}%`;
    pane.scrollLeft = x - pane.clientWidth / 2;
    pane.scrollTop = y - pane.clientHeight / 2;
  }

  function listen() {
    $("closer").addEventListener("click", () => zoomTo(zoom * STEP));
    $("farther").addEventListener("click", () => zoomTo(zoom / STEP));
    $("pane").addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      zoomTo(event.deltaY < 0 ? zoom * STEP : zoom / STEP);
    }, { passive: false });
    $("pane").addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "mouse" || event.button !== 0) return; // fingers scroll anyway
      const pane = $("pane");
      const left = pane.scrollLeft + event.clientX, top = pane.scrollTop + event.clientY;
      const move = (now) => { pane.scrollTo(left - now.clientX, top - now.clientY); };
      const end = () => { window.removeEventListener("pointermove", move); };
      window.addEventListener("pointermove", move);
      window.addEventListener("pointerup", end, { once: true });
    });
  }

  return { show, clear, colour, mark, listen, picture,
    closer: () => zoomTo(zoom * STEP), farther: () => zoomTo(zoom / STEP) };
})();
