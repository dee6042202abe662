"use strict";
// The five screens on a phone, 402 x 874 units.

function phoneScreens(parts) {
  const { t, num, percent, date, days, ml, degrees, ring, status, home, tabs, tile, pill, button, fact, dots } = parts;

  function hero() {
    const rows = [
      ["basil", "cream", "kitchen", t("tomorrow"), 150, "var(--dew)"],
      ["olive", "yellow", "balcony", date(16, { weekday: "long" }), 600, "var(--butter)"],
      ["snake", "sage", "bedroom", date(17, { weekday: "long" }), 200, "var(--blush)"],
    ].map(([kind, pot, room, when, amount, paint]) => `<div class="card line">${tile(kind, pot, paint, { w: 68, h: 68 })}` +
      `<div class="grow"><h3>${t(`plant_${kind}`)}</h3><div class="small quiet">${t(`room_${room}`)}</div><div class="small clay">${when}</div></div>` +
      `${pill("drop", ml(amount), "var(--tint)", "var(--moss)")}</div>`).join("");
    return `${status()}<div class="body"><header class="between"><div><div class="eyebrow">${t("greeting")}</div><h1>${t("today")}</h1></div><div class="round">${icon("bell", 22)}<i class="spot"></i></div></header>` +
      `<section class="thirst"><div class="ground"></div><div class="bloom"><i class="disc"></i>${plant("monstera", "terracotta", { strength: 0 })}</div><div class="words">` +
      `${pill("drop", t("thirsty"), "#3A5843", "#F6D3B5")}<div class="name">${t("plant_monstera")}</div><div class="small sage">${t("room_living")}</div>` +
      `<div class="row meter">${ring(62, 0.18, 6, "#E8A87C", "#2F5443", `<b>${percent(18)}</b>`)}<div class="small sage">${t("moisture")}</div></div></div>` +
      `${button("drop", t("water_now"), "position:absolute;inset-inline-start:22px;bottom:22px;background:var(--cream);color:var(--deep);padding:0 20px 0 18px")}</section>` +
      `<div class="between head"><h2>${t("next_waterings")}</h2><span class="row small quiet" style="gap:8px">${dots(1, 3)}${t("done_of", { a: num(1), b: num(3) })}</span></div>${rows}</div>${tabs("today")}`;
  }

  function identify() {
    return `<div class="camera">${cameraScene(402, 540, { table: 0.87, size: 376 })}<div class="finder"><i></i><i></i><i></i><i></i></div>` +
      `<svg class="probe" width="402" height="540" viewBox="0 0 402 540" fill="none"><g stroke="#FFFEF1" stroke-width="1.4" stroke-dasharray="2 4" stroke-linecap="round" opacity=".9"><path d="M130 246L222 214L286 268"/></g>` +
      [[130, 246], [222, 214], [286, 268]].map(([x, y]) => `<circle cx="${x}" cy="${y}" r="10" fill="#FFFEF1" opacity=".28"/><circle cx="${x}" cy="${y}" r="4.5" fill="#FFFEF1"/>`).join("") + `</svg></div>` +
      `${status(true)}<div class="controls"><div class="glass">${icon("close", 20, { weight: 2 })}</div><div class="glass">${icon("bolt", 20)}</div></div>` +
      `<section class="sheet"><i class="grip"></i><div class="between"><div class="grow"><div class="eyebrow row" style="gap:6px;color:var(--clay)">${icon("check", 16, { weight: 2.6 })}${t("scan_found")}</div>` +
      `<div class="latin species">Monstera deliciosa</div><div class="quiet">${t("monstera_common")}</div></div>` +
      `${ring(84, 0.97, 7, "#C8553D", "#F3E6C8", `<b style="font-size:20px">${percent(97)}</b><div class="tiny quiet">${t("match")}</div>`)}</div>` +
      `<div class="facts">${fact("light", t("light"), t("bright_indirect"), "var(--butter)")}${fact("drop", t("water"), t("every_days", { n: num(7) }), "var(--dew)")}` +
      `${fact("humid", t("humidity"), percent(60), "var(--tint)")}${fact("paw", t("pets"), t("keep_away"), "var(--blush)")}</div>` +
      `${button("plus", t("add_garden"), "width:100%;margin-top:16px;background:var(--deep);color:var(--cream);height:54px;border-radius:27px")}</section>${home()}`;
  }

  function week() {
    const first = 10 + parts.words.week_starts;
    const skies = ["partly", "sun", "cloud", "sun", "sun", "rain", "partly", "sun"], warmth = [20, 22, 19, 21, 23, 18, 20, 22], load = [1, 2, 0, 1, 3, 2, 1, 2];
    const strip = [...Array(7).keys()].map((i) => `<div class="day ${first + i === TODAY ? "on" : ""}"><div class="small letter">${date(first + i, { weekday: "narrow" })}</div>` +
      `<div class="number">${num(first + i)}</div>${dots(load[first - 10 + i], load[first - 10 + i])}${sky(skies[first - 10 + i], 28)}<div class="small">${degrees(warmth[first - 10 + i])}</div></div>`).join("");
    const task = (name, kind, pot, room, paint, done = false) => `<div class="card line task">${tile(kind, pot, paint, { w: 48, h: 48, radius: 15 })}` +
      `<div class="grow"><h3>${t(`plant_${kind}`)}</h3><div class="small quiet">${t(`room_${room}`)}</div></div>${pill(TASKS[name].icon, t(`task_${name}`), TASKS[name].paint, TASKS[name].ink)}` +
      `<span class="tick ${done ? "on" : ""}">${done ? icon("check", 16, { weight: 2.6 }) : ""}</span></div>`;
    return `${status()}<div class="body"><header class="between"><div><div class="eyebrow">${date(TODAY, { weekday: "long", day: "numeric", month: "long" })}</div><h1>${t("this_week")}</h1></div><div class="round">${icon("plus", 22)}</div></header>` +
      `<div class="strip">${strip}</div><div class="tip">${icon("humid", 20)}<span>${t("weather_tip")}</span></div>` +
      `<div class="between head"><h2>${t("today")}</h2><span class="small quiet">${t("tasks_3")}</span></div>` +
      `${task("water", "monstera", "terracotta", "living", "var(--blush)")}${task("mist", "calathea", "band", "bedroom", "var(--dew)", true)}${task("feed", "olive", "yellow", "balcony", "var(--butter)")}` +
      `<div class="between head"><h2>${t("tomorrow")}</h2><span class="small quiet">${t("tasks_2")}</span></div>` +
      `${task("repot", "aloe", "terracotta", "office", "var(--tint)")}${task("water", "basil", "cream", "kitchen", "var(--dew)")}</div>${tabs("week")}`;
  }

  function light() {
    return `<div style="position:absolute;inset:0">${windowScene(402, 874, { calm: 0.143, sill: 0.468 })}</div>${status()}` +
      `<div class="spotline">${pill("pin", t("spot"), "#12372A", "#FBFADA")}</div>` +
      `<section class="lightsheet">${gauge(parts, 272)}<h2>${t("bright_indirect")}</h2><div class="small quiet">${t("light_tip")}</div>` +
      `<div class="happy">${[["monstera", "terracotta", "blush"], ["calathea", "band", "dew"], ["pilea", "peach", "butter"]].map(([kind, pot, paint]) => `<div>${tile(kind, pot, `var(--${paint})`, { h: 82 })}<div class="small">${t(`plant_${kind}`)}</div></div>`).join("")}</div></section>${tabs("light")}`;
  }

  function sync() {
    const rooms = ["all", "living", "kitchen", "balcony", "bedroom"].map((room, i) => `<span class="chip ${i ? "" : "on"}">${t(`room_${room}`)}</span>`).join("");
    return `${status()}<div class="body"><header class="between"><div><div class="eyebrow">${t("plants_rooms", { a: num(24), b: num(5) })}</div><h1>${t("my_garden")}</h1></div><div class="round clayed">${icon("plus", 22, { weight: 2 })}</div></header>` +
      `<div class="synced">${icon("sync", 20)}<span class="grow">${t("synced")}</span><span class="row" style="gap:4px">${icon("phone", 22)}${icon("tablet", 22)}</span></div><div class="chips">${rooms}</div>` +
      `<div class="masonry"><div>${[["monstera", "terracotta", "#F8E0C4", 206, 0, 18], ["snake", "cream", "#FAEBBE", 168, 3, 72], ["cactus", "deep", "#F3D3B4", 190, 12, 64]].map((cell) => gardenCard(parts, ...cell)).join("")}</div>` +
      `<div>${[["olive", "yellow", "#DDE6CC", 168, 2, 55], ["calathea", "band", "#CBD8BC", 206, 5, 63], ["basil", "peach", "#EDEFD2", 190, 1, 41]].map((cell) => gardenCard(parts, ...cell)).join("")}</div></div></div>${tabs("garden")}`;
  }

  return { hero, identify, week, light, sync };
}

/** A plant of the collection: its picture on a tint, its name, when it next wants water and how moist its soil is. */
function gardenCard(parts, kind, pot, paint, high, inDays, moist) {
  const { t, days } = parts;
  return `<div class="plot" style="height:${high}px;background:${paint}">${plant(kind, pot, { strength: 0.14 })}` +
    `<div class="caption"><h3>${t(`plant_${kind}`)}</h3><div class="small row ${inDays === 0 ? "clay" : "quiet"}" style="gap:4px">${icon("drop", 14, { weight: 2.1 })}${days(inDays)}</div></div>` +
    `<i class="moist"><i style="width:${moist}%;${moist < 25 ? "background:var(--clay)" : ""}"></i></i></div>`;
}

/** The light meter's dial, a half circle `wide` units across, with the reading in it. */
function gauge(parts, wide) {
  const { t, num } = parts;
  const r = wide / 2 - 14, c = wide / 2, foot = r + 16, share = 0.66;
  const at = (turn, radius) => [c - Math.cos(Math.PI * turn) * radius, foot - Math.sin(Math.PI * turn) * radius];
  const arc = (from, to, ink, thick) => {
    const [x1, y1] = at(from, r), [x2, y2] = at(to, r);
    return `<path d="M${x1.toFixed(1)} ${y1.toFixed(1)}A${r} ${r} 0 0 1 ${x2.toFixed(1)} ${y2.toFixed(1)}" stroke="${ink}" stroke-width="${thick}" stroke-linecap="round" fill="none"/>`;
  };
  const ticks = [...Array(41).keys()].map((i) => {
    const [x1, y1] = at(i / 40, r - 17), [x2, y2] = at(i / 40, r - (i % 10 ? 22 : 26));
    return `<path d="M${x1.toFixed(1)} ${y1.toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}" stroke="${i / 40 <= share ? "#C8553D" : "#C9CDAE"}" stroke-width="1.8" stroke-linecap="round"/>`;
  }).join("");
  const [nx, ny] = at(share, r);
  const bands = [["#ADBC9F", 0.0, 0.22], ["#DCD79A", 0.28, 0.47], ["#F2C96D", 0.53, 0.74], ["#E8A87C", 0.8, 1]];
  return `<div class="gauge" style="width:${wide}px"><svg class="flip" width="${wide}" height="${foot + 10}" viewBox="0 0 ${wide} ${foot + 10}">${bands.map(([ink, a, b]) => arc(a, b, ink, 12)).join("")}${ticks}` +
    `<circle cx="${nx.toFixed(1)}" cy="${ny.toFixed(1)}" r="13" fill="#FFFEF1"/><circle cx="${nx.toFixed(1)}" cy="${ny.toFixed(1)}" r="8.5" fill="#C8553D"/></svg>` +
    `<div class="reading"><span>${icon("light", 26)}</span><div class="lux">${num(8400)}</div><div class="small quiet">${t("lux")}</div></div><div class="ends tiny quiet"><span>${t("shade")}</span><span>${t("direct")}</span></div></div>`;
}
