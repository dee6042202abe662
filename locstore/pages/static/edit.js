"use strict";
// The page of one shot: words are typed, the picture follows, entries are saved, the picture is reviewed.
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const make = (tag, text, kind) => Object.assign(document.createElement(tag), { textContent: text, className: kind || "" });
  const post = (path, body) =>
    fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const PAGE = crypto.getRandomValues(new Uint32Array(2)).join("-");
  const IDLE = 180; // ms after the last key until the other displays follow

  const stage = $("#stage .frame");
  const data = $("#entry") ? JSON.parse($("#entry").textContent) : null;
  const saved = new Map((data?.entries || []).map((entry) => [entry.slot, entry]));
  const forms = new Map($$("form.entry").map((form) => [form.dataset.slot, form]));
  const draft = (slot) => `draft ${data.concept} ${data.locale} ${forms.get(slot).dataset.context}`;
  const remember = (name, value) => {
    try {
      if (value === null) sessionStorage.removeItem(name);
      else sessionStorage.setItem(name, value);
    } catch { /* then a reload forgets */ }
  };

  const fields = (form) => $$("textarea[data-form]", form);
  const words = (form) => fields(form).map((field) => field.value);
  const fuzzy = (form) => $("[data-fuzzy]", form).checked;
  const dirty = (slot) => {
    const form = forms.get(slot);
    const entry = saved.get(slot);
    return words(form).some((text, i) => text !== entry.forms[i]) || fuzzy(form) !== entry.fuzzy;
  };
  const say = (form, text) => ($("[data-said]", form).textContent = text);

  function grow(field) {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
  }

  function show(slot) {
    const form = forms.get(slot);
    const changed = dirty(slot);
    form.classList.toggle("dirty", changed);
    $("[type=submit]", form).disabled = !changed;
    $("[data-revert]", form).disabled = !changed;
    const { version } = saved.get(slot);
    remember(draft(slot), changed ? JSON.stringify({ forms: words(form), fuzzy: fuzzy(form), version }) : null);
  }
  const anyDirty = () => [...forms.keys()].some(dirty);

  // -- painting: one request under way, the newest text waits; so nothing stale is ever shown

  let painting = false;
  let wanted = false;
  let idle = 0;
  let held = null;

  function body(key, width, lane) {
    const texts = {};
    for (const [slot, form] of forms) {
      const entry = saved.get(slot);
      const active = $("textarea:focus", form);
      const shown = active ? Number(active.dataset.form) : entry.shown;
      texts[slot] = { forms: words(form), shown, fuzzy: fuzzy(form) };
    }
    return { concept: data.concept, key, width, words: texts, lane, page: `${PAGE} ${lane}` };
  }

  async function read(answer) {
    const buffer = await answer.arrayBuffer();
    const length = new DataView(buffer).getUint32(0);
    const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
    return { head, blob: new Blob([new Uint8Array(buffer, 4 + length)], { type: "image/jpeg" }) };
  }

  const pixels = (image) => Math.ceil(image.clientWidth * devicePixelRatio) || 480;

  async function put(image, blob) {
    if (!blob.size) return;
    const address = URL.createObjectURL(blob);
    const fresh = new Image();
    fresh.src = address;
    await fresh.decode();
    const old = image.dataset.blob;
    image.removeAttribute("srcset");
    image.src = address;
    image.dataset.blob = address;
    if (old) URL.revokeObjectURL(old);
  }

  async function paint() {
    if (!data || !$("img", stage)) return;
    clearTimeout(idle);
    if (painting) {
      wanted = true;
      return;
    }
    painting = true;
    const text = held || anyDirty() || shownForm();
    try {
      const image = $("img", stage);
      stage.toggleAttribute("data-editing", Boolean(text));
      const answer = await post("/api/paint", body(data.key, pixels(image), "edit"));
      if (answer.ok) {
        const { head, blob } = await read(answer);
        if (text) await put(image, blob);
        held = anyDirty() || shownForm();
        stage.dataset.painted = (Number(stage.dataset.painted) || 0) + 1;
        report(head);
      } else if (answer.status !== 409) {
        $("#spoken").textContent = (await answer.json()).message;
      }
    } catch { /* the server has gone; typing goes on */ }
    painting = false;
    if (wanted) {
      wanted = false;
      paint();
    } else if (text) idle = setTimeout(everywhere, IDLE);
  }
  const shownForm = () =>
    $$("form.entry textarea:focus").some((f) => Number(f.dataset.form) !== saved.get(f.form.dataset.slot).shown);

  // The other displays, one after the other, smaller, and only until the next key.
  async function everywhere() {
    for (const holder of $$(".everywhere [data-display]")) {
      const image = $("img", holder);
      if (!image || holder.dataset.key === data.key) continue;
      const before = stage.dataset.painted;
      holder.toggleAttribute("data-editing", Boolean(held));
      const answer = await post("/api/paint", body(holder.dataset.key, pixels(image), "beside"));
      if (stage.dataset.painted !== before) return;
      if (!answer.ok) continue;
      const { head, blob } = await read(answer);
      await put(image, blob);
      const chips = $(".chips", holder.parentElement);
      const found = Object.values(head.findings).flat();
      chips.replaceChildren(...tally(found));
    }
  }

  function tally(findings) {
    return ["error", "warning"].flatMap((kind) => {
      const count = findings.filter((f) => f.severity === kind).length;
      return count ? [make("span", `${count} ${kind}${count > 1 ? "s" : ""}`, `chip ${kind}`)] : [];
    });
  }

  // -- what the typesetter says

  function list(place, findings) {
    const key = JSON.stringify(findings);
    if (place.dataset.key === key) return; // a live region that says the same again is a nuisance
    place.dataset.key = key;
    place.replaceChildren(
      ...findings.filter((f) => f.severity !== "note").map((f) => {
        const item = make("li", "");
        const text = make("p", "");
        text.append(make("bdi", f.message));
        item.append(make("span", f.severity, `chip ${f.severity}`), text);
        return item;
      }),
    );
  }

  function report(head) {
    for (const [slot, form] of forms) {
      list($("[data-found]", form), head.findings[slot] || []);
      const facts = head.slots[slot];
      if (facts) room(form, facts);
    }
    const others = Object.entries(head.findings).filter(([slot]) => !forms.has(slot)).flatMap(([, f]) => f);
    if ($("[data-found-other]")) list($("[data-found-other]"), others);
    places(head.slots);
  }

  function room(form, facts) {
    const place = $("[data-room]", form);
    const lines = `${facts.lines.length} of ${facts.max_lines} ${facts.max_lines > 1 ? "lines" : "line"}`;
    const over = Math.round(facts.over * 100);
    const size = Math.round((facts.size / facts.largest) * 100);
    place.hidden = !facts.lines.length;
    place.classList.toggle("over", facts.over > 0);
    place.classList.toggle("tight", !facts.over && facts.room < 0.2);
    $(".fill", place).setAttribute("width", facts.over ? 100 : Math.max(2, Math.round((1 - facts.room) * 100)));
    const text = facts.over ? `${over} % too long` : size >= 99 ? "full size" : `set at ${size} % of full size`;
    $("span", place).textContent = `${lines}, ${text}`;
  }

  // Where the captions stand in the picture: they can be clicked.
  function places(slots) {
    for (const [slot, facts] of Object.entries(slots)) {
      if (!forms.has(slot)) continue;
      let hit = $(`[data-hit="${CSS.escape(slot)}"]`, stage);
      if (!hit) {
        hit = make("button", "", "hit");
        hit.type = "button";
        hit.dataset.hit = slot;
        hit.tabIndex = -1; // the fields beside are in the tab order
        hit.setAttribute("aria-label", `Edit ${slot}`);
        hit.addEventListener("click", () => {
          const field = fields(forms.get(slot))[saved.get(slot).shown];
          field.focus();
          field.setSelectionRange(field.value.length, field.value.length);
        });
        stage.append(hit);
      }
      const [x, y, w, h] = facts.box;
      Object.assign(hit.style, { left: `${x * 100}%`, top: `${y * 100}%`, width: `${w * 100}%`, height: `${h * 100}%` });
      hit.classList.toggle("over", facts.over > 0);
    }
  }

  // -- saving

  async function save(slot, expected) {
    const form = forms.get(slot);
    const sent = { forms: words(form), fuzzy: fuzzy(form) };
    say(form, "Saving …");
    const request = { concept: data.concept, locale: data.locale, context: form.dataset.context, ...sent };
    let answer, result;
    try {
      answer = await post("/api/save", { ...request, expected: expected || saved.get(slot).version });
      result = await answer.json();
    } catch {
      return say(form, "Not saved: the preview does not answer. Your words are kept here.");
    }
    if (answer.ok) {
      settle(slot, { ...sent, version: result.version });
      conflict(slot, null);
      return say(form, result.status === "saved" ? "Saved." : "The file says so already.");
    }
    if (answer.status === 409 && result.theirs) {
      conflict(slot, result.theirs);
      return say(form, "Not saved: somebody else has changed these words.");
    }
    list($("[data-found]", form), result.findings || []);
    const hint = result.status === "refused" ? "Not saved: mend the errors, or tick “Needs another look”." : result.message;
    return say(form, hint);
  }

  function settle(slot, entry) {
    saved.set(slot, { ...saved.get(slot), ...entry });
    const state = entry.forms.every((text) => text.trim()) ? (entry.fuzzy ? "fuzzy" : "") : "missing";
    $("[data-state]", forms.get(slot)).replaceChildren(...(state ? [make("span", state, `chip ${state}`)] : []));
    show(slot);
    paint();
  }

  // Yours and theirs side by side; nothing is decided for the translator.
  function conflict(slot, theirs) {
    const form = forms.get(slot);
    const place = $("[data-conflict]", form);
    place.hidden = !theirs;
    form.classList.toggle("conflicting", Boolean(theirs));
    if (!theirs) return place.replaceChildren();
    const side = (title, entry, button, act) => {
      const box = make("div", "");
      box.append(make("h4", title));
      for (const text of entry.forms.length ? entry.forms : [""]) {
        const line = make("p", text || "(empty)");
        line.lang = fields(form)[0].lang;
        line.dir = fields(form)[0].dir;
        box.append(line);
      }
      if (entry.fuzzy) box.append(make("span", "fuzzy", "chip fuzzy"));
      const choose = make("button", button, "button");
      choose.type = "button";
      choose.addEventListener("click", act);
      box.append(choose);
      return box;
    };
    const mine = { forms: words(form), fuzzy: fuzzy(form) };
    place.setAttribute("role", "group");
    place.setAttribute("aria-label", "Two versions");
    place.replaceChildren(
      side("Yours, not saved", mine, "Save mine", () => save(slot, theirs.version)),
      side("Theirs, in the file", theirs, "Keep theirs", () => {
        adopt(slot, theirs);
        conflict(slot, null);
        say(form, "Theirs is kept.");
      }),
    );
    $("button", place).focus();
  }

  function adopt(slot, entry) {
    const form = forms.get(slot);
    fields(form).forEach((field, i) => {
      field.value = entry.forms[i] || "";
      grow(field);
    });
    $("[data-fuzzy]", form).checked = entry.fuzzy;
    settle(slot, { forms: words(form), fuzzy: entry.fuzzy, version: entry.version });
  }

  // The file was read again: fields that nobody has touched follow it, others are kept, and saving will compare.
  document.addEventListener("entries", (event) => {
    if (!event.detail || !data) return;
    const fresh = JSON.parse(event.detail).entries;
    if (fresh.map((entry) => entry.slot).join() !== [...saved.keys()].join()) return location.reload();
    for (const entry of fresh) {
      const old = saved.get(entry.slot);
      if (!old || entry.version === old.version) continue;
      if (entry.forms.length !== old.forms.length) return location.reload();
      if (!dirty(entry.slot)) adopt(entry.slot, entry);
      else say(forms.get(entry.slot), "The file has other words by now; saving will show both.");
    }
  });
  document.addEventListener("refreshed", () => (held ? null : paint()));

  // -- events

  for (const [slot, form] of forms) {
    const kept = (() => { try { return JSON.parse(sessionStorage.getItem(draft(slot))); } catch { return null; } })();
    if (kept && kept.forms.length === fields(form).length) {
      fields(form).forEach((field, i) => (field.value = kept.forms[i]));
      $("[data-fuzzy]", form).checked = kept.fuzzy;
      saved.get(slot).version = kept.version;
      if (dirty(slot)) say(form, "Your unsaved words are back.");
    }
    for (const field of fields(form)) {
      grow(field);
      field.addEventListener("focus", () => {
        for (const hit of $$(".hit", stage)) hit.classList.toggle("on", hit.dataset.hit === slot);
        if (fields(form).length > 1) paint();
      });
      field.addEventListener("blur", () => {
        for (const hit of $$(".hit.on", stage)) hit.classList.remove("on");
        if (fields(form).length > 1) paint();
      });
    }
    form.addEventListener("input", (event) => {
      if (event.target.matches("textarea")) grow(event.target);
      paint();
      say(form, "");
      show(slot);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      save(slot);
    });
    form.addEventListener("keydown", (event) => {
      const enter = event.key === "Enter" && (event.ctrlKey || event.metaKey);
      if (!enter && !(event.key === "s" && (event.ctrlKey || event.metaKey))) return;
      event.preventDefault();
      if (dirty(slot)) save(slot);
    });
    $("[data-revert]", form).addEventListener("click", () => {
      adopt(slot, saved.get(slot));
      conflict(slot, null);
      say(form, "");
    });
    let last = fields(form)[0];
    form.addEventListener("focusin", (event) => event.target.matches("textarea") && (last = event.target));
    for (const button of $$("[data-insert], [data-wrap]", form)) {
      button.addEventListener("click", () => {
        const { selectionStart: from, selectionEnd: to, value } = last;
        const text = button.dataset.insert || `*${value.slice(from, to)}*`;
        last.setRangeText(text, from, to, "end");
        last.focus();
        last.dispatchEvent(new Event("input", { bubbles: true }));
      });
    }
    show(slot);
  }
  addEventListener("beforeunload", (event) => data && anyDirty() && event.preventDefault());
  addEventListener("resize", () => held && paint());

  // -- review

  const review = $("form.review");
  function undo() {
    $("[data-undo]", review).hidden = !["approved", "sent back"].includes(review.dataset.state);
  }
  if (review) {
    const by = $("#by", review);
    try { by.value = localStorage.getItem("by") || by.value; } catch { /* asked again next time */ }
    undo();
    document.addEventListener("refreshed", undo);
    review.addEventListener("submit", async (event) => {
      event.preventDefault();
      const state = event.submitter?.value ?? "approved";
      if (data && anyDirty()) return say(review, "Save your words first: the decision is about the saved picture.");
      try { localStorage.setItem("by", by.value); } catch { /* as above */ }
      const request = { key: review.dataset.key, digest: review.dataset.digest, state, comment: $("#comment").value, by: by.value };
      try {
        const answer = await post("/api/review", { concept: data?.concept ?? review.dataset.concept, ...request });
        if (!answer.ok) return say(review, (await answer.json()).message);
      } catch {
        return say(review, "Not saved: the preview does not answer.");
      }
      $("#comment").value = "";
      say(review, { approved: "Approved.", "sent-back": "Sent back.", "": "Taken back." }[state]);
      window.locstoreRefresh();
    });
  }

  if (data) paint();
})();
