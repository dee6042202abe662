"use strict";
// Every page: filters, the keyboard, and following the files. No HTML is made of words: what is new on a page comes
// from the server with everything escaped, and is moved over as it is.
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const live = "livePage" in document.body.dataset;
  const store = (name, value) => {
    try { // a page from disk may have no storage
      if (value === undefined) return sessionStorage.getItem(name);
      sessionStorage.setItem(name, value);
    } catch { /* then nothing is remembered */ }
    return null;
  };

  // -- filters

  const items = () => $$("[data-item]");
  const find = $("#find");
  const radios = $$('input[name="filter"]');

  function filter() {
    const wish = fold(find?.value || "").split(/[\s,]+/).filter(Boolean);
    const only = radios.find((radio) => radio.checked)?.value || "all";
    const counts = {};
    let shown = 0;
    for (const item of items()) {
      const marks = ($("[data-marks]", item)?.dataset.marks || "").split(" ");
      const name = fold(item.dataset.find || "");
      const named = !wish.length || wish.some((part) => name.includes(part));
      if (named && item.dataset.extra === undefined) for (const mark of ["all", ...marks]) counts[mark] = (counts[mark] || 0) + 1;
      item.hidden = !(named && (only === "all" || marks.includes(only)));
      shown += !item.hidden;
    }
    for (const count of $$("[data-count]")) {
      const number = counts[count.dataset.count] || 0;
      count.textContent = number;
      count.closest("label").hidden = !number && count.dataset.count !== "all" && count.dataset.count !== only;
    }
    const nothing = $("#nothing");
    if (nothing) nothing.hidden = shown > 0 || !items().length;
  }

  function arrive() {
    const wanted = new URLSearchParams(location.search).get("show");
    for (const radio of radios) radio.checked = radio.value === (wanted || "all");
    filter();
  }

  if (radios.length) {
    for (const element of $$("#filter, #find")) element.hidden = false;
    arrive();
    addEventListener("pageshow", arrive);
    $(".tools").addEventListener("submit", (event) => event.preventDefault());
    $(".tools").addEventListener("input", (event) => {
      filter();
      if (event.target.name !== "filter") return;
      const address = new URL(location);
      if (event.target.value === "all") address.searchParams.delete("show");
      else address.searchParams.set("show", event.target.value);
      if (location.protocol !== "file:") history.replaceState(history.state, "", address);
    });
    document.addEventListener("click", (event) => {
      if (!event.target.closest("[data-reset]")) return;
      if (find) find.value = "";
      radios[0].checked = true;
      filter();
    });
  }

  // -- the source beside

  const source = $("#source");
  const original = $(".original");
  const choice = `source ${document.body.dataset.page}`;
  const beside = (on) => {
    document.body.classList.toggle("with-source", on);
    if (source) source.checked = on;
    store(choice, on ? "1" : "0");
  };
  for (const element of $$("[data-needs-script]")) element.hidden = false;
  if (source || original) beside(store(choice) === null ? Boolean(original) : store(choice) === "1");
  source?.addEventListener("change", () => beside(source.checked));

  // -- keyboard

  const help = $("#help");
  const go = (address) => address && location.assign(address);
  const cards = () => $$("[data-card]").filter((card) => card.checkVisibility());

  function step(by) {
    const all = cards();
    if (!all.length) return go(by > 0 ? document.body.dataset.next : document.body.dataset.previous);
    const at = all.indexOf(document.activeElement);
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by];
    next?.focus();
    next?.scrollIntoView({ block: "center" });
  }

  const rtl = $(".cards")?.dir === "rtl";
  const KEYS = {
    j: () => step(1),
    k: () => step(-1),
    ArrowRight: () => step(rtl ? -1 : 1),
    ArrowLeft: () => step(rtl ? 1 : -1),
    "]": () => go(document.body.dataset.nextLocale),
    "[": () => go(document.body.dataset.previousLocale),
    u: () => go(document.body.dataset.up),
    s: () => (source || original) && beside(!document.body.classList.contains("with-source")),
    e: () => $("#editor textarea")?.focus(),
    "/": () => find?.focus(),
    "?": () => help.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("textarea, select, input:not([type=radio]):not([type=checkbox])");
    if (event.key === "Escape" && typing) return typing.blur();
    if (typing || help.open || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.matches("input[type=radio]") && event.key.startsWith("Arrow")) return;
    const act = KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  for (const button of $$("[data-help]")) {
    button.hidden = false;
    button.addEventListener("click", () => help.showModal());
  }
  help.addEventListener("click", (event) => (event.target === help || event.target.closest("[data-close]")) && help.close());

  // -- following the files

  if (!live) return;

  // A new picture takes the old one's place once it is decoded, so that nothing flickers.
  async function exchange(holder, fresh) {
    const old = $("img", holder);
    if (!old || !fresh) return holder.replaceChildren(...(fresh ? [fresh] : []));
    if (old.dataset.digest === fresh.dataset.digest) return;
    if (holder.dataset.editing !== undefined) return;
    if (!old.complete && old.loading === "lazy" && !near(old)) return old.replaceWith(fresh);
    fresh.loading = "eager";
    fresh.sizes = `${Math.ceil(old.clientWidth)}px`;
    holder.dataset.coming = fresh.dataset.digest;
    try { await fresh.decode(); } catch { /* the next news brings another */ }
    if (holder.dataset.coming === fresh.dataset.digest) $("img", holder)?.replaceWith(fresh);
  }
  const near = (image) => {
    const box = image.getBoundingClientRect();
    return box.bottom > -600 && box.top < innerHeight + 600;
  };

  const ids = (root) => $$("[data-live], [data-live-picture]", root).map((e) => e.dataset.live || e.dataset.livePicture).join();

  let asking = false;
  let again = false;
  async function refresh() {
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      take(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch { /* the server has gone; the event stream says when it is back */ }
    asking = false;
    if (again) {
      again = false;
      refresh();
    }
  }

  function take(fresh) {
    if (document.body.dataset.page === "shot" && fresh.body.dataset.page === "shot") {
      document.dispatchEvent(new CustomEvent("entries", { detail: $("#entry", fresh)?.textContent }));
    } else if (ids(document) !== ids(fresh) || document.body.dataset.page !== fresh.body.dataset.page) {
      // Other screens or languages than before: the whole page is new.
      if (document.body.dataset.page !== fresh.body.dataset.page) return location.reload();
      $("main").replaceChildren(...$("main", fresh).childNodes);
      return filter();
    }
    for (const part of $$("[data-live]", fresh)) {
      const old = $(`[data-live="${CSS.escape(part.dataset.live)}"]`);
      if (!old || old.innerHTML === part.innerHTML) continue;
      if (old.dataset.live === "decision") $("#spoken").textContent = `Review: ${part.textContent.trim()}`;
      if (old.contains(document.activeElement)) {
        const href = document.activeElement.getAttribute("href");
        old.replaceWith(part);
        if (href) $$("a", part).find((a) => a.getAttribute("href") === href)?.focus();
      } else old.replaceWith(part);
    }
    for (const holder of $$("[data-live-picture]", fresh)) {
      const old = $(`[data-live-picture="${CSS.escape(holder.dataset.livePicture)}"]`);
      if (old) exchange(old, $("img, .none", holder));
    }
    const form = $("form.review");
    const newer = $("form.review", fresh);
    if (form && newer) Object.assign(form.dataset, { digest: newer.dataset.digest, state: newer.dataset.state });
    document.dispatchEvent(new Event("refreshed"));
    filter();
  }
  window.locstoreRefresh = refresh;

  let stream = null;
  let waiting = 0;
  function listen() {
    stream = new EventSource("/events");
    let met = false;
    stream.addEventListener("hello", () => {
      if (met) refresh(); // the server was away
      met = true;
    });
    stream.addEventListener("files", refresh);
    // While pictures are looked through there is news twice a second; once a second is enough.
    stream.addEventListener("facts", () => {
      waiting ||= setTimeout(() => {
        waiting = 0;
        refresh();
      }, 1000);
    });
  }
  // A hidden page holds no connection: a browser has six for one server.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      stream?.close();
      stream = null;
    } else if (!stream) {
      listen();
      refresh();
    }
  });
  addEventListener("pagehide", () => stream?.close());
  addEventListener("pageshow", (event) => event.persisted && (listen(), refresh()));
  listen();
})();
