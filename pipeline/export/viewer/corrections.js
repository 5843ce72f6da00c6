"use strict";
/* What a person has changed and not yet applied: kept in the browser page by page, undone step by
   step, written as one file. A line is known by its box on the scan, which no change of the text
   and no other recognizer moves. */
recto.corrections = (() => {
  const SCHEMA = 1;
  const pages = new Map();
  const undone = [];
  let kept = true;

  const key = (number) =>
    `recto/${recto.about.book}/${recto.about.pages[number - 1].sha256}/${number}`;
  const place = (box) => box.join(",");
  const texts = (line) => line.words.map((word) => word[0]);
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const spoken = (words) => words.filter((word) => word !== "").join(" ");

  function read(number) {
    try {
      const raw = JSON.parse(localStorage.getItem(key(number)));
      if (raw && typeof raw.lines === "object") return { lines: raw.lines, regions: raw.regions };
    } catch { kept = false; }
    return { lines: {}, regions: null };
  }

  function of(number) {
    if (!pages.has(number)) pages.set(number, read(number));
    return pages.get(number);
  }

  function keep(number) {
    const page = of(number);
    try {
      if (Object.keys(page.lines).length || page.regions)
        localStorage.setItem(key(number), JSON.stringify(page));
      else localStorage.removeItem(key(number));
      kept = true;
    } catch { kept = false; }
  }

  /* A line as it now is: {old, new, accepted}; `new` has a text for each word that was read. */
  function line(number, read_line) {
    const found = of(number).lines[place(read_line.box)], old = texts(read_line);
    return found && same(found.old, old)
      ? found
      : { box: read_line.box, old, new: old, accepted: Boolean(read_line.proofread) };
  }

  /* Forget what the report's own text says by now. */
  function settle(page) {
    const state = of(page.number);
    for (const region of page.regions) for (const one of region.lines) {
      const found = state.lines[place(one.box)];
      const done = found && spoken(found.new) === spoken(texts(one))
        && found.accepted === Boolean(one.proofread);
      if (done) delete state.lines[place(one.box)];
    }
    const shown = page.regions.map(({ id, box, kind }) => ({ id, box, kind }));
    const flat = (regions) => regions.map(({ box, kind }) => [box, kind]);
    if (state.regions && same(flat(state.regions), flat(shown))) state.regions = null;
    keep(page.number);
  }

  function changeLine(number, read_line, change) {
    const state = of(number), at = place(read_line.box), before = state.lines[at];
    undone.push({ number, at, before, id: read_line.id });
    const after = { ...line(number, read_line), id: read_line.id, ...change };
    const unchanged = same(after.old, after.new) && after.accepted === Boolean(read_line.proofread);
    if (unchanged) delete state.lines[at];
    else state.lines[at] = after;
    keep(number);
  }

  function changeRegions(number, regions) {
    undone.push({ number, regions: of(number).regions });
    of(number).regions = regions;
    keep(number);
  }

  /* Take the last change back; returns {number, id} of what it was, or nothing. */
  function undo() {
    const last = undone.pop();
    if (!last) return null;
    const state = of(last.number);
    if (!("at" in last)) state.regions = last.regions;
    else if (last.before) state.lines[last.at] = last.before;
    else delete state.lines[last.at];
    keep(last.number);
    return last;
  }

  /* Every page of which something was changed, of this visit or an earlier one. */
  function changed() {
    return recto.about.pages
      .map((_, k) => ({ number: k + 1, ...of(k + 1) }))
      .filter((page) => Object.keys(page.lines).length || page.regions);
  }

  /* The corrections file: pipeline/corrections.schema.json. */
  function file() {
    return {
      schema: SCHEMA,
      book: recto.about.book,
      pages: changed().map(({ number, lines, regions }) => {
        const { sha256, width, height } = recto.about.pages[number - 1];
        return {
          page: number, sha256, width, height,
          lines: Object.values(lines).map(({ id, box, old, new: now, accepted }) =>
            ({ id, box, old, new: now, accepted })),
          ...(regions ? { regions } : {}),
        };
      }),
    };
  }

  function counts() {
    const lines = changed().flatMap((page) => Object.values(page.lines));
    const words = lines.map((one) => one.new.filter((word, k) => word !== one.old[k]).length);
    return {
      accepted: lines.filter((one) => one.accepted).length,
      words: words.reduce((sum, count) => sum + count, 0),
      kept,
    };
  }

  return { line, settle, changeLine, changeRegions, undo, file, counts,
    regions: (number) => of(number).regions };
})();
