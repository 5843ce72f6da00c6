"use strict";
/* What the regions of the page are, and the order in which they are read: both can be changed. */
recto.regions = (() => {
  const { make } = recto;

  /* The regions of a page in order, as {region, kind}. */
  function arranged(page) {
    const changed = recto.corrections.regions(page.number);
    const known = new Map(page.regions.map((region) => [region.box.join(","), region]));
    const fits = changed && changed.length === page.regions.length
      && changed.every((one) => known.has(one.box.join(",")));
    return fits
      ? changed.map((one) => ({ region: known.get(one.box.join(",")), kind: one.kind }))
      : page.regions.map((region) => ({ region, kind: region.kind }));
  }

  function keep(page, order) {
    recto.corrections.changeRegions(page.number,
      order.map(({ region, kind }) => ({ id: region.id, box: region.box, kind })));
    recto.viewer.redraw();
  }

  function move(page, region, by) {
    const order = arranged(page), at = order.findIndex((one) => one.region === region);
    if (at + by < 0 || at + by >= order.length) return;
    order.splice(at + by, 0, ...order.splice(at, 1));
    keep(page, order);
    recto.say(`region is now number ${at + by + 1} of ${order.length}`);
  }

  function name(page, region, kind) {
    const order = arranged(page);
    order.find((one) => one.region === region).kind = kind;
    keep(page, order);
    recto.say(`region is now ${kind}`);
  }

  /* The bar above a region. */
  function bar(page, region, kind) {
    if (kind === "picture") return make("p", { class: "hint" }, "picture");
    const kinds = [...new Set([...recto.about.kinds, kind])];
    const select = make("select", { "aria-label": "what this region is" },
      ...kinds.map((one) => make("option", { value: one, selected: one === kind && "" }, one)));
    select.addEventListener("change", () => name(page, region, select.value));
    const button = (text, label, by) => {
      const made = make("button", { type: "button", "aria-label": label, title: label }, text);
      made.addEventListener("click", () => move(page, region, by));
      return made;
    };
    return make("div", { class: "region-bar" }, select,
      button("↑", "read this region earlier", -1), button("↓", "read this region later", 1));
  }

  return { arranged, bar };
})();
