"use strict";
// The page is complete without this script. It adds the filters and the buttons that copy a command.
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const tools = $("#tools");
  const items = $$(".item");
  const plural = (number) => `${number} slot${number === 1 ? "" : "s"}`;

  function filter() {
    const verdict = $("#verdict").value;
    const locale = $("#locale").value;
    let shown = 0;
    for (const item of items) {
      item.hidden = (verdict && item.dataset.verdict !== verdict) || (locale && item.dataset.locale !== locale);
      shown += !item.hidden;
    }
    for (const group of $$(".group")) {
      const number = $$(".item:not([hidden])", group).length;
      group.hidden = number === 0;
      $(".count", group).textContent = plural(number);
    }
    $("#shown").textContent = shown === items.length ? plural(shown) : `${shown} of ${plural(items.length)}`;
    $("#nothing").hidden = shown > 0;
  }

  // A link to a slot or a locale shows it, whatever the filters say.
  function arrive() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!tools || !target?.closest("[hidden]")) return;
    $("#verdict").value = $("#locale").value = "";
    filter();
    target.scrollIntoView();
  }

  async function copy(button) {
    const code = $("code", button.parentElement);
    getSelection().selectAllChildren(code);
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      document.execCommand("copy"); // no leave for the clipboard: the selected text goes the old way
    }
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  }

  for (const button of $$(".command button")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
  if (tools) {
    tools.hidden = false;
    tools.addEventListener("submit", (event) => event.preventDefault());
    tools.addEventListener("input", filter);
    filter();
  }
  addEventListener("hashchange", arrive);
  arrive();
})();
