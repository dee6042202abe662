
"use strict";
// The sheet is complete without this script. It adds the view by screen, the filters and the large view,
// and it writes no HTML: every word is moved or cloned from what the page already holds, as text.
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const plural = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  const tools = $("#tools");
  const viewer = $("#viewer");
  const cards = $$(".card");
  const views = Object.fromEntries($$(".view").map((view) => [view.dataset.view, view]));
  const strips = new Map();
  const groups = {};
  for (const [name, view] of Object.entries(views)) {
    groups[name] = new Map($$(".group", view).map((group) => [group.dataset.group, group]));
    for (const [key, group] of groups[name]) {
      for (const row of $$(".row", group)) strips.set(`${name} ${key} ${row.dataset.display}`, $(".strip", row));
    }
  }
  let current = null;

  // The sheet: view and filters.

  const view = () => document.body.dataset.view;

  function group(name) {
    if (name !== view()) {
      for (const card of cards) strips.get(`${name} ${card.dataset[name]} ${card.dataset.display}`).append(card);
      for (const [key, element] of Object.entries(views)) element.hidden = key !== name;
      document.body.dataset.view = name;
      $(`input[name="view"][value="${name}"]`).checked = true;
    }
    filter();
  }

  // "ja, german" is Japanese and German; "chinese trad" is the one Chinese. Words match from their beginning.
  function localesFound() {
    const wishes = fold($("#find").value).split(",").map((wish) => wish.match(/[\p{L}\p{N}]+/gu) || []);
    const wanted = wishes.filter((wish) => wish.length);
    const found = new Set();
    for (const [key, element] of groups.locale) {
      const words = fold(element.dataset.find).match(/[\p{L}\p{N}]+/gu) || [];
      const fits = (wish) => wish.every((part) => words.some((word) => word.startsWith(part)));
      if (!wanted.length || wanted.some(fits)) found.add(key);
    }
    return found;
  }

  function filter() {
    const locales = localesFound();
    const display = $("#display").value;
    const marked = $("#marked").checked;
    const wished = $("#standing")?.value;
    let shown = 0;
    for (const card of cards) {
      const { locale, display: on, findings, standing } = card.dataset;
      const off = (display && on !== display) || (marked && !findings) || (wished && standing !== wished);
      card.hidden = off || !locales.has(locale);
      shown += !card.hidden;
    }
    for (const [key, element] of groups[view()]) {
      let inside = 0;
      for (const row of $$(".row", element)) {
        const number = $$(".card:not([hidden])", row).length;
        row.hidden = number === 0;
        inside += number;
      }
      element.hidden = inside === 0;
      $(".count", element).textContent = plural(inside, "picture");
      $(`.index[data-view="${view()}"] [data-group="${CSS.escape(key)}"]`).hidden = inside === 0;
    }
    const all = plural(cards.length, "picture");
    $("#shown").textContent = shown === cards.length ? all : `${shown} of ${all}`;
    $("#nothing").hidden = shown > 0 || cards.length === 0;
    estimate();
  }

  // Rows that have not been laid out yet get about their true height, so that the scroll bar does not jump.
  function estimate() {
    const width = $(".group:not([hidden]) .rows")?.clientWidth;
    if (!width) return;
    const style = getComputedStyle(document.documentElement);
    const [portrait, landscape, gap] = ["portrait", "landscape", "gap"].map((n) => parseInt(style.getPropertyValue(`--${n}`), 10));
    const [title, caption, between] = [32, 30, 32]; // as gallery.css has them, in pixels
    for (const row of $$(".view:not([hidden]) .row:not([hidden])")) {
      const least = $(".landscape", row) ? landscape : portrait;
      const columns = Math.max(1, Math.floor((width + gap) / (least + gap)));
      const shown = $$(".card:not([hidden])", row);
      const picture = $("img", shown[0]);
      const ratio = picture.getAttribute("height") / picture.getAttribute("width");
      const height = ((width - gap * (columns - 1)) / columns) * ratio + caption;
      const lines = Math.ceil(shown.length / columns);
      row.style.containIntrinsicBlockSize = `auto ${Math.round(title + lines * (height + between) - between)}px`;
    }
  }

  function reset() {
    $("#find").value = $("#display").value = "";
    $("#marked").checked = false;
    if ($("#standing")) $("#standing").value = "";
    filter();
  }

  // The large view.

  const list = () => $$(".view:not([hidden]) .card:not([hidden])");

  const part = (name, node, otherwise) => {
    const empty = document.createElement("p");
    empty.textContent = otherwise;
    $(`#viewer-${name}`).replaceChildren(node || empty);
  };

  function copy(node) {
    const clone = node?.cloneNode(true);
    clone?.removeAttribute("id");
    if (clone) for (const details of $$("details", clone)) details.open = true;
    return clone;
  }

  function fileLink(card, content) {
    const link = document.createElement("a");
    link.href = $(".open", card).getAttribute("href");
    link.target = "_blank";
    link.rel = "noopener";
    link.append(content);
    return link;
  }

  function show(card) {
    current = card;
    const all = list();
    const place = all.indexOf(card);
    const row = card.closest(".row");
    const locale = groups.locale.get(card.dataset.locale).dataset.title;
    const picture = $("img", card).cloneNode();
    picture.loading = "eager";
    $("#stage").replaceChildren(fileLink(card, picture));
    $("#place").textContent = `${place + 1} / ${all.length}`;
    $("#spoken").textContent = `${picture.alt}, picture ${place + 1} of ${all.length}`;
    $("#viewer-title").textContent = card.dataset.screen;
    const facts = [locale, row.dataset.title].map((text) => {
      const span = document.createElement("span");
      span.textContent = text;
      return span;
    });
    $("#viewer-facts").replaceChildren(...facts);
    part("findings", copy($(".findings", card)), "None.");
    part("words", copy($("dl", card)), "None on this picture.");
    const path = decodeURIComponent($(".open", card).getAttribute("href"));
    const size = document.createElement("p");
    size.textContent = row.dataset.facts;
    $("#viewer-file").replaceChildren(fileLink(card, path), size);
    $("#previous").setAttribute("aria-disabled", place <= 0);
    $("#next").setAttribute("aria-disabled", place + 1 >= all.length);
    if (!viewer.open) {
      viewer.showModal();
      $("#next").focus({ focusVisible: false });
    }
    viewer.scrollTop = $(".panel", viewer).scrollTop = 0;
    for (const near of [all[place + 1], all[place - 1]]) {
      if (near) new Image().src = $("img", near).src;
    }
  }

  function step(by) {
    const next = list()[list().indexOf(current) + by];
    if (!next) return;
    history.replaceState(history.state, "", `#${next.id}`);
    show(next);
  }

  // Addresses: #ja, #screen/hero, #ja/hero/iphone_69, and a shot's key (#hero/ja/iphone_69) as people paste it.

  function cardAt(hash) {
    const parts = hash.split("/");
    const names = [hash, [parts[1], parts[0], ...parts.slice(2)].join("/")];
    const found = names.map((name) => document.getElementById(name)).find((node) => node?.matches(".card"));
    return found || null;
  }

  function arrive() {
    const hash = location.hash.slice(1);
    const card = cardAt(hash);
    if (card) {
      if (card.hidden) reset();
      show(card);
      return;
    }
    if (viewer.open) viewer.close();
    const target = document.getElementById(hash);
    if (target?.matches(".group")) {
      group(target.closest(".view").dataset.view);
      if (target.hidden) reset();
      target.scrollIntoView();
      // Rows on the way get their true height once they come near; then the place is known exactly.
      requestAnimationFrame(() => requestAnimationFrame(() => target.scrollIntoView()));
    }
    back();
  }

  // After the large view the sheet stands at the picture seen last.
  function back() {
    if (!current) return;
    const link = $(".open", current);
    current = null;
    link.focus({ preventScroll: true });
    link.scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest(".card .open");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const card = link.closest(".card");
    history.pushState({ viewer: true }, "", `#${card.id}`);
    show(card);
  });
  $("#previous").addEventListener("click", () => step(-1));
  $("#next").addEventListener("click", () => step(1));
  $("#close").addEventListener("click", () => viewer.close());
  $("#stage").addEventListener("click", (event) => event.target.id === "stage" && viewer.close());
  viewer.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (event.key === "ArrowLeft") step(-1);
    if (event.key === "ArrowRight") step(1);
  });
  viewer.addEventListener("close", () => {
    $("#stage").replaceChildren();
    if (!cardAt(location.hash.slice(1))) return;
    if (history.state?.viewer) history.back();
    else {
      history.replaceState(null, "", location.pathname + location.search);
      back();
    }
  });
  tools.addEventListener("submit", (event) => event.preventDefault());
  tools.addEventListener("input", (event) => (event.target.name === "view" ? group(event.target.value) : filter()));
  $("#reset").addEventListener("click", reset);
  addEventListener("hashchange", arrive);
  addEventListener("resize", estimate);

  for (const link of $$(".card .open")) link.setAttribute("aria-haspopup", "dialog");
  tools.hidden = false;
  filter();
  arrive();
})();
