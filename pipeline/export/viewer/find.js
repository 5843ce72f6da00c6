"use strict";
/* Search: in the running text of each page, so that a phrase is found across the ends of lines and
   a word that is divided there as one. */
recto.find = (() => {
  const { $, make, load, fold } = recto;
  const SHOWN = 300, AROUND = 5; // hits listed, and words of context on either side
  const HYPHEN = /[-‐⸗¬]$/;
  let texts = null, asked = "", hits = [];

  /* Words of a page with their ids, its folded text, and where each word begins in it. */
  function prepare([number, lines]) {
    const page = { number, ids: [], words: [], starts: [], text: "" };
    for (const [region, line, text] of lines) {
      const words = text.split(" ");
      words.forEach((word, k) => {
        page.ids.push(`word_${number}_${region}_${line}_${k + 1}`);
        page.words.push(word);
        page.starts.push(page.text.length);
        const folded = fold(word), divided = k === words.length - 1 && folded.length > 1;
        page.text += divided && HYPHEN.test(folded) ? folded.slice(0, -1) : `${folded} `;
      });
    }
    return page;
  }

  /* Index of the word that holds a place in a page's text. */
  function wordAt(starts, offset) {
    let low = 0, high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= offset) low = middle; else high = middle - 1;
    }
    return low;
  }

  function hitsOn(page, query) {
    const found = [];
    for (let at = page.text.indexOf(query); at >= 0; at = page.text.indexOf(query, at + 1))
      found.push({
        page, first: wordAt(page.starts, at), last: wordAt(page.starts, at + query.length - 1),
      });
    return found;
  }

  async function search() {
    const query = fold($("search").value.trim().replace(/\s+/g, " "));
    asked = query;
    hits = [];
    if (query) {
      await load("report/search.js");
      if (asked !== query) return;
      texts ??= recto.searched.map(prepare);
      hits = texts.flatMap((page) => hitsOn(page, query));
    }
    list();
  }

  function list() {
    $("hits").replaceChildren(...hits.slice(0, SHOWN).map(item));
    $("hits").hidden = !asked;
    $("count").textContent = !asked ? ""
      : hits.length > SHOWN ? `${hits.length} hits, the first ${SHOWN} listed`
      : `${hits.length} ${hits.length === 1 ? "hit" : "hits"}`;
  }

  function item({ page, first, last }) {
    const before = page.words.slice(Math.max(0, first - AROUND), first).join(" ");
    const after = page.words.slice(last + 1, last + 1 + AROUND).join(" ");
    const button = make("button", { type: "button" }, make("b", {}, `page ${page.number}`),
      `${before} `, make("mark", {}, page.words.slice(first, last + 1).join(" ")), ` ${after}`);
    button.addEventListener("click", () => recto.viewer.open(page.number, page.ids[first]));
    return make("li", {}, button);
  }

  /* Ids of the words of a page that were searched for. */
  const marked = (number) => new Set(hits.filter((hit) => hit.page.number === number)
    .flatMap(({ page, first, last }) => page.ids.slice(first, last + 1)));

  function listen() {
    let timer = 0;
    $("search").addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(search, 150);
    });
    $("search").addEventListener("keydown", async (event) => {
      if (event.key !== "Enter" && event.key !== "ArrowDown") return;
      event.preventDefault();
      clearTimeout(timer);
      await search();
      const hit = $("hits").querySelector("button");
      if (hit && event.key === "Enter") hit.click();
      else if (hit) hit.focus();
    });
    $("hits").addEventListener("keydown", (event) => {
      const own = event.target.closest("li");
      if (!own || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
      event.preventDefault();
      const next = event.key === "ArrowDown" ? own.nextElementSibling : own.previousElementSibling;
      if (next) next.firstChild.focus();
      else if (event.key === "ArrowUp") $("search").focus();
    });
  }

  return { listen, marked };
})();
