"use strict";
/* The text of the page: each line's picture with its words below it, region by region. */
recto.lines = (() => {
  const { $, make, draw } = recto;
  const SURE = 90; // percent from which a word passes for sure: chosen by eye
  const AROUND = 0.12; // of a line's height, shown above and below it
  let page = null, drawn = new Map();

  const isDoubtful = (percent) => percent < SURE;
  const hue = (percent) => Math.max(0, Math.min(120, (percent - 40) * 2.2));

  /* Every word of a page as {id, read, line, index}. */
  function* words(of) {
    for (const region of of.regions) for (const line of region.lines)
      for (const [index, read] of line.words.entries())
        yield { id: wordId(line, index), read, line, index };
  }
  const wordId = (line, index) => `${line.id.replace("line", "word")}_${index + 1}`;

  function strip(line, widest) {
    const [left, top, right, bottom] = line.straight, more = AROUND * (bottom - top);
    const picture = draw("svg", { class: "strip", "aria-hidden": "true",
      viewBox: `${left} ${top - more} ${right - left} ${bottom - top + 2 * more}` },
      recto.sheet.picture(page));
    picture.style.width = `${100 * (right - left) / widest}%`;
    return picture;
  }

  function wordElement(word, state) {
    const [read, , , , , percent, corrected] = word.read, text = state.new[word.index];
    const changed = text !== state.old[word.index];
    const known = changed ? `read as ${read}` : corrected ? "corrected" : `${percent} percent sure`;
    const element = make("span", { class: "word", id: word.id, tabindex: "-1", role: "button",
      spellcheck: "false" }, text);
    element.style.setProperty("--hue", hue(percent));
    element.classList.toggle("doubtful", isDoubtful(percent) && !state.accepted && !changed);
    element.classList.toggle("changed", changed || Boolean(corrected));
    element.classList.toggle("gone", text === "");
    element.title = changed ? `read as ${read}` : `${percent}%`;
    element.setAttribute("aria-label", `${text || "left out"}, ${known}`);
    return element;
  }

  function lineElement(line, widest) {
    const state = recto.corrections.line(page.number, line);
    const text = make("p", { class: "words" });
    for (const [index, read] of line.words.entries())
      text.append(wordElement({ id: wordId(line, index), read, index }, state), " ");
    const accept = make("button", { type: "button", class: "accept", tabindex: "-1",
      "aria-pressed": String(state.accepted), title: "this line is right (Enter)" }, "✓");
    accept.setAttribute("aria-label", `accept line: ${state.new.filter(Boolean).join(" ")}`);
    accept.addEventListener("click", () => recto.editing.accept(line));
    text.append(accept);
    const number = line.id.split("_").at(-1);
    const element = make("div", { class: "line", role: "group", "aria-label": `line ${number}` },
      strip(line, widest), text);
    element.classList.toggle("accepted", state.accepted);
    return element;
  }

  function show(shown) {
    page = shown;
    drawn = new Map();
    const lines = page.regions.flatMap((region) => region.lines);
    const widest = Math.max(1, ...lines.map(({ straight }) => straight[2] - straight[0]));
    const sections = recto.regions.arranged(page).map(({ region, kind }) => {
      const bar = recto.regions.bar(page, region, kind);
      const section = make("section", { class: `region kind-${kind}` }, bar);
      for (const line of region.lines) {
        const element = lineElement(line, widest);
        drawn.set(line.id, { line, element, widest });
        section.append(element);
      }
      return section;
    });
    $("text").replaceChildren(...sections);
    if (!lines.length) $("text").append(make("p", { class: "hint" }, "There is no text on this page."));
    mark();
  }

  function clear(message) {
    page = null;
    drawn = new Map();
    $("text").replaceChildren(make("p", { class: "hint" }, message));
  }

  /* Draw a line anew after a change. */
  function redraw(line) {
    const own = drawn.get(line.id), element = lineElement(line, own.widest);
    own.element.replaceWith(element);
    own.element = element;
    line.words.forEach((_, index) => recto.sheet.colour(wordId(line, index)));
    mark();
  }

  /* Mark what was searched for. */
  function mark() {
    const found = recto.find.marked(page.number);
    for (const element of $("text").querySelectorAll(".word"))
      element.classList.toggle("found", found.has(element.id));
  }

  /* The line of a word's id; nothing where the page has no such word. */
  const get = (id) => drawn.get(id)?.line;
  const lineOf = (id) => get(id.replace("word", "line").replace(/_\d+$/, ""));
  const elements = () => [...$("text").querySelectorAll(".word")];
  const shownLines = () => elements().map((element) => lineOf(element.id))
    .filter((line, k, all) => line !== all[k - 1]);

  return { show, clear, redraw, words, wordId, hue, get, lineOf, elements, shownLines,
    page: () => page };
})();
