"use strict";
/* The two views of the report: all pages, and one of them; what is shown stands in the address,
   such as #page=4&word=word_4_2_3_1. */
recto.viewer = (() => {
  const { $, load, name } = recto;
  let current = 0, opener = null;

  const count = () => recto.about.pages.length;

  async function open(number, word = "") {
    if (!(number >= 1 && number <= count())) return;
    recto.editing.finish();
    if ($("viewer").hidden) opener = document.activeElement;
    if (current !== number) recto.sheet.clear();
    current = number;
    $("viewer").hidden = false;
    $("overview").hidden = true;
    $("title").textContent = `page ${number} of ${count()}`;
    $("before").disabled = number === 1;
    $("after").disabled = number === count();
    remember(word);
    try { await load(`report/${name(number)}.js`); }
    catch { if (number === current) recto.lines.clear("This page was not read."); return; }
    if (number !== current) return;
    recto.corrections.settle(recto.pages.get(number));
    redraw();
    recto.editing.begin(word);
    if (number < count()) load(`report/${name(number + 1)}.js`).catch(() => {}); // the likely next
  }

  function redraw() {
    const page = recto.pages.get(current);
    recto.lines.show(page);
    recto.sheet.show(page);
    recto.saving.tell();
  }

  function close() {
    if ($("viewer").hidden) return;
    recto.editing.finish();
    current = 0;
    $("viewer").hidden = true;
    $("overview").hidden = false;
    history.replaceState(null, "", location.pathname + location.search);
    (opener?.isConnected ? opener : $("search")).focus();
  }

  function remember(word) {
    history.replaceState(null, "", `#page=${current}${word ? `&word=${word}` : ""}`);
  }

  function follow() {
    const asked = new URLSearchParams(location.hash.slice(1));
    if (asked.has("page")) open(Number(asked.get("page")), asked.get("word") ?? "");
    else close();
  }

  function arrange() {
    const key = $("order").value === "page" ? "number" : "rank", wanted = $("filter").value;
    const thumbs = [...document.querySelectorAll(".thumb")];
    thumbs.sort((a, b) => a.dataset[key] - b.dataset[key]);
    for (const thumb of thumbs)
      thumb.hidden = wanted !== "" && !thumb.dataset.codes.split(" ").includes(wanted);
    $("pages").replaceChildren(...thumbs);
  }

  function press(event) {
    const typed = event.target.isContentEditable || /^(INPUT|SELECT)$/.test(event.target.tagName);
    if (event.key === "Escape") return event.target.id === "search" ? $("search").blur() : close();
    if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
    if ($("viewer").hidden) {
      if (event.key === "/" && !typed) { event.preventDefault(); $("search").focus(); }
      return undefined;
    }
    if (event.key === "PageDown") { event.preventDefault(); return open(current + 1); }
    if (event.key === "PageUp") { event.preventDefault(); return open(current - 1); }
    return undefined;
  }

  function listen() {
    $("pages").addEventListener("click", (event) => {
      const thumb = event.target.closest(".thumb");
      if (thumb) open(Number(thumb.dataset.number));
    });
    for (const id of ["order", "filter"]) $(id).addEventListener("change", arrange);
    $("before").addEventListener("click", () => open(current - 1));
    $("after").addEventListener("click", () => open(current + 1));
    $("close").addEventListener("click", close);
    $("all").addEventListener("change", () => {
      $("viewer").classList.toggle("all", $("all").checked);
    });
    document.addEventListener("keydown", press);
    window.addEventListener("hashchange", follow);
    follow();
  }

  return { open, redraw, remember, listen };
})();
