"use strict";
/* What all parts of the report share: elements, files beside the report, folded text. The parts are
   plain scripts that add themselves to `recto`: a page opened as a file may load no modules. */
const recto = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  const $ = (id) => document.getElementById(id);

  function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes))
      if (value !== null && value !== false) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }
  const make = (name, attributes = {}, ...children) =>
    fill(document.createElement(name), attributes, children);
  const draw = (name, attributes = {}, ...children) =>
    fill(document.createElementNS(SVG, name), attributes, children);

  const waiting = new Map();
  /* Load a script from beside the report, once. */
  function load(source) {
    if (!waiting.has(source)) {
      waiting.set(source, new Promise((done, fail) => {
        const script = make("script", { src: source });
        script.onload = done;
        script.onerror = () => { waiting.delete(source); fail(new Error(source)); };
        document.head.append(script);
      }));
    }
    return waiting.get(source);
  }

  /* Text as it is searched: without accents and capitals, with plain quotes, and s for ſ. */
  const fold = (text) =>
    text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").replace(/[‘’]/g, "'")
      .replace(/[“”]/g, '"').toLowerCase();

  const name = (number) => String(number).padStart(4, "0");

  /* Tell of what was done, on the screen and to a screen reader. */
  function say(text) { $("said").textContent = text; }

  return { $, make, draw, load, fold, name, say, pages: new Map() };
})();

/* What the data beside the report call. */
recto.page = (page) => recto.pages.set(page.number, page);
recto.book = (book) => { recto.about = book; };
recto.index = (lines) => { recto.searched = lines; };
