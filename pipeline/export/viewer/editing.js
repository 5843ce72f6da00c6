"use strict";
/* Proofreading with the keyboard: a word is chosen, changed in place or by one of its other
   readings, and its line accepted. */
recto.editing = (() => {
  const { $, make, say } = recto;
  let chosen = "", editing = null;

  const element = (id) => document.getElementById(id);
  const indexOf = (id) => Number(id.split("_").at(-1)) - 1;
  const state = (line) => recto.corrections.line(recto.lines.page().number, line);

  /* Choose a word by its id: here, on the scan, and in the address. */
  function choose(id, focus = true) {
    finish();
    const word = element(id);
    if (!word || !recto.lines.lineOf(id)) return false;
    for (const old of $("text").querySelectorAll(".word.chosen")) {
      old.classList.remove("chosen");
      old.tabIndex = -1;
    }
    chosen = id;
    word.classList.add("chosen");
    word.tabIndex = 0;
    offer(word);
    if (focus) word.focus({ preventScroll: true });
    word.closest(".line").scrollIntoView({ block: "nearest" });
    recto.sheet.mark(id);
    recto.viewer.remember(id);
    return true;
  }

  /* Other readings of the chosen word, and what was read where that was changed. */
  function readings(id) {
    const line = recto.lines.lineOf(id), k = indexOf(id), now = state(line).new[k];
    const [read, , , , , , , others] = line.words[k];
    return [...new Set([...(others ?? []), read])].filter((text) => text !== now).slice(0, 9);
  }

  function offer(word) {
    $("choices").replaceChildren(...readings(word.id).map((text, k) => {
      const button = make("button", { type: "button", tabindex: "-1" },
        make("kbd", {}, k + 1), ` ${text}`);
      button.addEventListener("click", () => { change(word.id, text); choose(word.id); });
      return make("li", {}, button);
    }));
    word.closest(".line").append($("choices"));
  }

  function change(id, text) {
    const line = recto.lines.lineOf(id), now = state(line), k = indexOf(id);
    if (text === now.new[k]) return;
    const words = now.new.map((old, index) => (index === k ? text : old));
    $("tools").append($("choices")); // the line that holds them is drawn anew
    recto.corrections.changeLine(recto.lines.page().number, line, { new: words });
    recto.lines.redraw(line);
    recto.saving.tell();
    say(text ? `now ${text}` : "word left out");
  }

  /* Let a word be typed into; `over` replaces it. */
  function edit(id, over) {
    const word = element(id);
    editing = id;
    word.setAttribute("role", "textbox");
    word.contentEditable = "plaintext-only";
    word.focus();
    const range = document.createRange(), selection = getSelection();
    range.selectNodeContents(word);
    if (!over) range.collapse(false);
    selection.removeAllRanges();
    selection.addRange(range);
  }

  /* End typing, and take what was typed. */
  function finish(take = true) {
    if (!editing) return;
    const id = editing, word = element(id);
    editing = null;
    const text = word.textContent.normalize("NFC").replace(/\s+/g, " ").trim();
    word.contentEditable = "false";
    word.setAttribute("role", "button");
    if (take) change(id, text);
    else word.textContent = state(recto.lines.lineOf(id)).new[indexOf(id)];
  }

  function accept(line) {
    finish();
    if (!state(line).accepted) {
      $("tools").append($("choices"));
      recto.corrections.changeLine(recto.lines.page().number, line, { accepted: true });
      recto.lines.redraw(line);
      recto.saving.tell();
      say("line accepted");
    }
    const lines = recto.lines.shownLines(), rest = lines.slice(lines.indexOf(line) + 1);
    const next = rest.find((one) => !state(one).accepted);
    if (next) choose(firstOf(next));
    else { say("the last line of this page is accepted"); $("after").focus(); }
  }

  /* The word of a line to begin with: the first doubtful one. */
  function firstOf(line) {
    const ids = line.words.map((_, k) => recto.lines.wordId(line, k));
    return ids.find((id) => element(id).classList.contains("doubtful")) ?? ids[0];
  }

  /* The next word, or the next doubtful one; false where there is none. */
  function step(by, wanted = () => true) {
    finish();
    const words = recto.lines.elements(), at = words.findIndex((word) => word.id === chosen);
    for (let k = at + by; k >= 0 && k < words.length; k += by)
      if (wanted(words[k])) return choose(words[k].id);
    return false;
  }

  function stepLine(by) {
    const lines = recto.lines.shownLines(), at = lines.indexOf(recto.lines.lineOf(chosen));
    const next = lines[at + by];
    if (next) choose(recto.lines.wordId(next, Math.min(indexOf(chosen), next.words.length - 1)));
  }

  function undo() {
    finish(false);
    const last = recto.corrections.undo();
    if (!last) return say("nothing to undo");
    say("undone");
    recto.saving.tell();
    if (last.number !== recto.lines.page()?.number) return recto.viewer.open(last.number);
    const id = chosen, line = recto.lines.get(last.id);
    recto.viewer.redraw();
    return choose(line && recto.lines.lineOf(id) !== line ? firstOf(line) : id);
  }

  const isDoubtful = (word) => word.classList.contains("doubtful");

  function press(event) {
    const { key } = event, command = event.ctrlKey || event.metaKey;
    if (!event.target.classList.contains("word") || event.altKey) return;
    const take = () => event.preventDefault();
    if (key === "Tab") { if (step(event.shiftKey ? -1 : 1, isDoubtful)) take(); return; }
    if (key === "Enter") { take(); accept(recto.lines.lineOf(event.target.id)); return; }
    if (editing) {
      if (key === "Escape") { take(); event.stopPropagation(); finish(false); choose(chosen); }
      return;
    }
    if (command) return;
    const arrows = { ArrowRight: () => step(1), ArrowLeft: () => step(-1),
      ArrowDown: () => stepLine(1), ArrowUp: () => stepLine(-1),
      Delete: () => { change(chosen, ""); choose(chosen); },
      F2: () => edit(chosen, false) };
    const reading = /^[1-9]$/.test(key) ? readings(chosen)[key - 1] : undefined;
    if (arrows[key]) { take(); arrows[key](); }
    else if (reading !== undefined) { take(); change(chosen, reading); choose(chosen); }
    else if (key === " ") take();
    else if (key.length === 1) edit(chosen, true); // the key itself goes into the word
  }

  function listen() {
    $("text").addEventListener("keydown", press);
    $("text").addEventListener("mousedown", (event) => {
      // the click chooses or accepts; a word that lost the focus before would draw its line anew
      const target = event.target.closest(".word, button");
      if (target && target.id !== editing) event.preventDefault();
    });
    $("text").addEventListener("click", (event) => {
      const word = event.target.closest(".word");
      if (!word || word.id === editing) return;
      if (word.id === chosen) edit(chosen, false);
      else choose(word.id);
    });
    $("text").addEventListener("focusin", (event) => {
      if (event.target.classList.contains("word") && event.target.id !== chosen)
        choose(event.target.id, false);
    });
    $("text").addEventListener("focusout", (event) => {
      if (event.target.id === editing) finish();
    });
    $("undo").addEventListener("click", undo);
    $("doubt").addEventListener("click", () => {
      if (!step(1, isDoubtful)) say("no doubtful word is left below");
    });
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "z" && !editing && !$("viewer").hidden
          && event.target.id !== "search") { event.preventDefault(); undo(); }
    });
  }

  /* Begin a page: with the word asked for, or the first doubtful one. */
  function begin(id) {
    chosen = "";
    editing = null;
    if (id && choose(id)) return;
    const words = recto.lines.elements(), first = words.find(isDoubtful) ?? words[0];
    if (first) choose(first.id);
    else $("title").focus();
  }

  return { begin, choose, accept, finish, listen, chosen: () => chosen };
})();
