"use strict";
/* The corrections file: put into its folder where `recto proofread` serves the report, downloaded
   elsewhere. */
recto.saving = (() => {
  const { $, make, say } = recto;
  const plural = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;

  /* Show how much there is to save. */
  function tell() {
    const { accepted, words, kept } = recto.corrections.counts();
    const warning = kept ? "" : "; this browser keeps nothing: save before you leave";
    const done = `${plural(accepted, "line")} accepted, ${plural(words, "word")} changed${warning}`;
    for (const element of document.querySelectorAll(".progress")) element.textContent = done;
  }

  function download(text) {
    const blob = new Blob([text], { type: "application/json" });
    const link = make("a", { href: URL.createObjectURL(blob),
      download: `${recto.about.book.split("/").at(-1)}.corrections.json` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    say("corrections downloaded: apply them with recto apply");
  }

  async function save() {
    recto.editing.finish();
    const text = `${JSON.stringify(recto.corrections.file(), null, 1)}\n`;
    if (location.protocol === "file:") return download(text);
    try {
      const answer = await fetch("corrections", { method: "POST", body: text,
        headers: { "Content-Type": "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      return say(await answer.text());
    } catch { return download(text); } // served by something that takes no corrections
  }

  function listen() {
    for (const button of document.querySelectorAll(".save")) button.addEventListener("click", save);
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key !== "s") return;
      event.preventDefault(); // not the page, as browsers save it
      save();
    });
    tell();
  }

  return { tell, listen };
})();
