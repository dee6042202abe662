"use strict";
// Shows the one picture that draw_captures.py asked for, and complains on the console about words that do not fit.

const SCENES = { "440x956": { calm: 0.37, sill: 0.815 }, "1032x1376": { calm: 0.37, sill: 0.83 }, "360x640": { calm: 0.37, sill: 0.84 } };

function show({ screen, form, lang, words, points: [wide, high] }) {
  if (form === "bare") {
    document.documentElement.style.background = document.body.style.background = "transparent";
    document.body.innerHTML = plantPaint() + (screen === "logo"
      ? `<svg width="${wide}" height="${high}" viewBox="0 0 512 512">${logoArt()}</svg>`
      : windowScene(wide, high, SCENES[`${wide}x${high}`]));
    return;
  }
  const parts = partsFor(words, lang);
  const screens = form === "phone" ? phoneScreens(parts) : tabletScreens(parts);
  document.body.innerHTML = `${plantPaint()}<div class="screen ${form} ${screen}" style="width:${wide}px;height:${high}px">${screens[screen]()}</div>`;
  document.fonts.ready.then(() => proofread());
}

/** Text that leaves the screen, wraps on a button, is wider than its box, or touches other text is a fault of the design. */
function proofread() {
  const screen = document.querySelector(".screen"), edge = screen.getBoundingClientRect(), seen = [];
  const tabs = screen.querySelector(".tabs"), covered = tabs ? tabs.getBoundingClientRect().top : edge.bottom;
  const boxes = ".card, .fact, .pill, .button, .grow, .pane, .tip, .tab, .stop, .synced, .plot, .happy > div, .caption, .place";
  const walker = document.createTreeWalker(screen, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    let holder = node.parentElement;
    const words = node.data.trim(), range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect(), rects = [...range.getClientRects()];
    if (!words || (tabs && holder.closest(".chips")) || (box.bottom > covered && !holder.closest(".tabs"))) continue;
    if (box.left < edge.left + 8 || box.right > edge.right - 8 || box.bottom > edge.bottom) console.error(`"${words}" leaves the screen`);
    if (rects.some((rect) => Math.abs(rect.top - rects[0].top) > 6) && holder.closest(".button, .pill, .chip, h1, h2, h3")) console.error(`"${words}" wraps`);
    for (; holder !== screen; holder = holder.parentElement) {
      const room = holder.getBoundingClientRect(), over = Math.max(room.left - box.left, box.right - room.right);
      if (holder.matches(boxes) && over > 0.6) console.error(`"${words}" is ${Math.round(over)} too wide for its ${holder.className || holder.tagName}`);
    }
    const size = parseFloat(getComputedStyle(node.parentElement).fontSize), middle = (box.top + box.bottom) / 2;
    seen.push([words, { left: box.left, right: box.right, top: Math.max(box.top, middle - size * 0.55), bottom: Math.min(box.bottom, middle + size * 0.55) }]);
  }
  seen.forEach(([a, p], i) => seen.slice(i + 1).forEach(([b, q]) => {
    const across = Math.min(p.right, q.right) - Math.max(p.left, q.left), down = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
    if (across > 1 && down > 1) console.error(`"${a}" touches "${b}"`);
  }));
}
