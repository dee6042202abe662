"use strict";
// The five screens on a tablet, 768 x 1024 units: a rail, and two panes side by side.

function tabletScreens(parts) {
  const { t, num, percent, date, days, ml, degrees, ring, tabletStatus, rail, tile, pill, button, fact, dots } = parts;
  const frame = (on, list, detail, listWide) => `${tabletStatus()}${rail(on)}<div class="panes" style="grid-template-columns:${listWide}px 1fr"><div class="pane">${list}</div><div class="pane">${detail}</div></div><div class="bar"></div>`;
  const checked = (name, kind, pot, room, paint, done) => `<div class="card line task">${tile(kind, pot, paint, { w: 54, h: 54, radius: 16 })}` +
    `<div class="grow"><h3>${t(`plant_${kind}`)}</h3><div class="small quiet">${t(`room_${room}`)}</div></div>${pill(TASKS[name].icon, t(`task_${name}`), TASKS[name].paint, TASKS[name].ink)}` +
    `<span class="tick ${done ? "on" : ""}">${done ? icon("check", 16, { weight: 2.6 }) : ""}</span></div>`;

  /** How much of the week is done, over three plants on a shelf: it closes the left pane. */
  const weekCard = () => `<div class="weekcard"><div class="between"><div><h3>${t("this_week")}</h3><div class="small sage">${t("done_of", { a: num(9), b: num(14) })}</div></div>${ring(52, 9 / 14, 6, "#E8A87C", "#2F5443", `<b class="small">${percent(64)}</b>`)}</div>` +
    `<div class="shelf">${plant("calathea", "cream", { strength: 0 })}${plant("ficus", "terracotta", { strength: 0 })}${plant("pilea", "yellow", { strength: 0 })}</div><i class="board"></i></div>`;

  function hero() {
    const row = (kind, pot, room, when, paint, on = false) => `<div class="card line slim ${on ? "chosen" : ""}">${tile(kind, pot, paint, { w: 58, h: 58, radius: 17 })}` +
      `<div class="grow"><h3>${t(`plant_${kind}`)}</h3><div class="small ${on ? "sage" : "quiet"}">${t(`room_${room}`)}</div><div class="small ${on ? "peach" : "clay"}">${when}</div></div>${icon("chevron", 18, { extra: "flip", weight: 2 })}</div>`;
    const list = `<div class="eyebrow">${t("greeting")}</div><h1>${t("today")}</h1><div class="row small quiet" style="gap:9px;margin-top:8px">${dots(1, 3)}${t("done_of", { a: num(1), b: num(3) })}</div><div style="height:10px"></div>` +
      row("monstera", "terracotta", "living", t("water_now"), "#B4C4A2", true) + row("calathea", "band", "bedroom", t("task_mist"), "var(--blush)") + row("olive", "yellow", "balcony", t("task_feed"), "var(--butter)") +
      `<div class="head"><h2>${t("next_waterings")}</h2></div>` + row("basil", "cream", "kitchen", t("tomorrow"), "var(--dew)") + row("olive", "yellow", "balcony", date(16, { weekday: "long" }), "var(--tint)") +
      row("snake", "sage", "bedroom", date(17, { weekday: "long" }), "var(--butter)") + row("ficus", "peach", "living", date(18, { weekday: "long" }), "var(--dew)") +
      row("aloe", "terracotta", "office", date(19, { weekday: "long" }), "var(--blush)") + row("pothos", "cream", "kitchen", date(20, { weekday: "long" }), "var(--tint)");
    const chart = [74, 66, 57, 47, 38, 28, 18].map((value, i) => `<div class="column"><i style="height:${value}%;${i === 6 ? "background:var(--clay)" : ""}"></i><span class="tiny quiet">${date(8 + i, { weekday: "narrow" })}</span></div>`).join("");
    const detail = `<div class="stage"><div class="sunny"></div>${plant("monstera", "terracotta", { strength: 0.3, shadow: "#061A12" })}<div class="on">${pill("drop", t("thirsty"), "#3A5843", "#F6D3B5")}</div></div>` +
      `<div class="between" style="margin-top:18px"><div class="grow"><div class="name">${t("plant_monstera")}</div><div class="latin quiet">Monstera deliciosa</div></div>${ring(78, 0.18, 7, "#C8553D", "#F3E6C8", `<b style="font-size:19px">${percent(18)}</b>`)}</div>` +
      `<div class="facts" style="margin-top:16px">${fact("light", t("light"), t("bright_indirect"), "var(--butter)")}${fact("drop", t("water"), t("every_days", { n: num(7) }), "var(--dew)")}</div>` +
      `<div class="card chart"><div class="between"><h3>${t("moisture")}</h3><span class="small quiet">${t("last_days")}</span></div><div class="columns">${chart}</div></div>` +
      button("drop", t("water_now_ml", { ml: ml(350) }), "width:100%;margin-top:16px;background:var(--deep);color:var(--cream);height:56px;border-radius:28px");
    return frame("today", list, detail, 264);
  }

  function identify() {
    const similar = [["pothos", "cream", "Epipremnum aureum", 2, "var(--dew)"], ["lily", "deep", "Spathiphyllum wallisii", 1, "var(--tint)"]]
      .map(([kind, pot, name, share, paint]) => `<div class="row near">${tile(kind, pot, paint, { w: 64, h: 64, radius: 19 })}<div class="grow"><h3>${t(`plant_${kind}`)}</h3><div class="latin tinyname">${name}</div></div><span class="small quiet">${percent(share)}</span></div>`).join("");
    return `<div class="camera wide">${cameraScene(428, 1024, { table: 0.8, size: 420 })}<div class="finder"><i></i><i></i><i></i><i></i></div>` +
      `<svg class="probe" width="428" height="1024" viewBox="0 0 428 1024" fill="none"><path d="M134 596L238 552L312 612" stroke="#FFFEF1" stroke-width="1.5" stroke-dasharray="2 4" stroke-linecap="round"/>` +
      [[134, 596], [238, 552], [312, 612]].map(([x, y]) => `<circle cx="${x}" cy="${y}" r="11" fill="#FFFEF1" opacity=".28"/><circle cx="${x}" cy="${y}" r="5" fill="#FFFEF1"/>`).join("") + `</svg>` +
      `<div class="controls"><div class="glass">${icon("close", 20, { weight: 2 })}</div><div class="glass">${icon("bolt", 20)}</div></div><div class="shutter"><i></i></div></div>${tabletStatus().replace('"status"', '"status split"')}` +
      `<section class="result"><div class="eyebrow row" style="gap:6px;color:var(--clay)">${icon("check", 16, { weight: 2.6 })}${t("scan_found")}</div><div class="latin species">Monstera deliciosa</div><div class="quiet">${t("monstera_common")}</div>` +
      `<div class="card proof">${ring(116, 0.97, 10, "#C8553D", "#F3E6C8", `<b style="font-size:25px">${percent(97)}</b><div class="tiny quiet">${t("match")}</div>`)}<div class="grow">${tile("monstera", "terracotta", "var(--blush)", { h: 128, radius: 20 })}</div></div>` +
      `<div class="facts one">${fact("light", t("light"), t("bright_indirect"), "var(--butter)")}${fact("drop", t("water"), t("every_days", { n: num(7) }), "var(--dew)")}${fact("humid", t("humidity"), percent(60), "var(--tint)")}${fact("paw", t("pets"), t("keep_away"), "var(--blush)")}</div>` +
      `<div class="head"><h2>${t("similar")}</h2></div>${similar}${button("plus", t("add_garden"), "position:absolute;inset:auto 24px 36px 24px;background:var(--deep);color:var(--cream);height:56px;border-radius:28px")}</section><div class="bar"></div>`;
  }

  function week() {
    const starts = parts.words.week_starts, offset = (5 - starts + 7) % 7;
    const heads = [...Array(7).keys()].map((i) => `<span class="quiet">${date(10 + starts + i, { weekday: "narrow" })}</span>`).join("");
    const busy = [2, 5, 7, 11, 13, 15, 16, 19, 21, 23, 26, 29];
    const cells = [...Array(offset).keys()].map(() => "<span></span>").join("") + [...Array(31).keys()].map((i) => `<span class="${i + 1 === TODAY ? "on" : ""}">${num(i + 1)}${busy.includes(i + 1) ? "<i></i>" : ""}</span>`).join("");
    const skies = [["sun", 23, 12], ["rain", 18, 11], ["partly", 20, 10], ["sun", 22, 12], ["sun", 24, 13]];
    const weather = skies.map(([kind, high, low], i) => `<div class="row forecast"><span class="grow">${i ? date(TODAY + i, { weekday: "long" }) : t("today")}</span>${sky(kind, 28)}<b>${degrees(high)}</b><span class="quiet">${degrees(low)}</span></div>`).join("");
    const list = `<div class="eyebrow">${num(2026, { useGrouping: false })}</div><h1>${date(TODAY, { month: "long" })}</h1><div class="month small">${heads}${cells}</div>` +
      `<div class="card weather"><h3 style="margin-bottom:6px">${t("weather_title")}</h3>${weather}</div><div class="tip">${icon("humid", 20)}<span>${t("weather_tip")}</span></div>${weekCard()}`;
    const chips = ["all", "water", "mist", "feed", "repot"].map((name, i) => `<span class="chip ${i ? "" : "on"}">${t(`task_${name}`)}</span>`).join("");
    const head = (title, count) => `<div class="between head"><h2>${title}</h2><span class="small quiet">${t(`tasks_${count}`)}</span></div>`;
    const detail = `<div class="chips" style="margin-top:22px">${chips}</div>${head(t("today"), 3)}` +
      checked("water", "monstera", "terracotta", "living", "var(--blush)", false) + checked("mist", "calathea", "band", "bedroom", "var(--dew)", true) + checked("feed", "olive", "yellow", "balcony", "var(--butter)", false) +
      head(t("tomorrow"), 2) + checked("repot", "aloe", "terracotta", "office", "var(--tint)", false) + checked("water", "basil", "cream", "kitchen", "var(--dew)", false) +
      head(date(16, { weekday: "long" }), 3) + checked("water", "olive", "yellow", "balcony", "var(--blush)", false) + checked("mist", "pothos", "cream", "kitchen", "var(--butter)", false) + checked("feed", "ficus", "peach", "living", "var(--dew)", false);
    return frame("week", list, detail, 260);
  }

  function light() {
    const spots = [["living", 8400, 0.66, "var(--clay)"], ["balcony", 21000, 0.94, "var(--peach)"], ["kitchen", 3200, 0.46, "var(--sun)"], ["bedroom", 900, 0.2, "var(--sage)"]]
      .map(([room, lux, share, ink]) => `<div class="level"><div class="between"><span>${t(`room_${room}`)}</span><span class="quiet small">${num(lux)} ${t("lux")}</span></div><i><i style="width:${share * 100}%;background:${ink}"></i></i></div>`).join("");
    return `<div class="seen">${windowScene(330, 944, { calm: 0.2, sill: 0.765 })}<div class="spotline">${pill("pin", t("spot"), "#12372A", "#FBFADA")}</div></div>${tabletStatus()}${rail("light")}` +
      `<section class="meter"><div class="eyebrow">${t("light_meter")}</div>${gauge(parts, 276)}<h2>${t("bright_indirect")}</h2><div class="quiet">${t("light_tip")}</div>` +
      `<h3>${t("happy_here")}</h3><div class="happy">${[["monstera", "terracotta", "blush"], ["calathea", "band", "dew"], ["pilea", "peach", "butter"], ["pothos", "cream", "tint"], ["snake", "deep", "blush"], ["ficus", "yellow", "dew"]].map(([kind, pot, paint]) => `<div>${tile(kind, pot, `var(--${paint})`, { h: 122 })}<div class="small">${t(`plant_${kind}`)}</div></div>`).join("")}</div>` +
      `<h3>${t("rooms")}</h3>${spots}</section><div class="bar"></div>`;
  }

  function sync() {
    const rooms = [["all", "all", 24], ["sofa", "living", 8], ["cup", "kitchen", 4], ["balcony", "balcony", 5], ["bed", "bedroom", 4], ["desk", "office", 3]]
      .map(([name, room, count], i) => `<div class="row place ${i ? "" : "on"}">${icon(name, 22)}<span class="grow">${t(`room_${room}`)}</span><b>${num(count)}</b></div>`).join("");
    const device = (name, label) => `<div class="row device"><div class="round">${icon(name, 22)}</div><div class="grow"><h3>${label}</h3><div class="small quiet">${t("just_now")}</div></div><span class="tick on">${icon("check", 14, { weight: 2.8 })}</span></div>`;
    const list = `<div class="eyebrow">${t("plants_rooms", { a: num(24), b: num(5) })}</div><h1>${t("my_garden")}</h1><div class="places">${rooms}</div>` +
      `<div class="card devices"><div class="row synchead">${icon("sync", 20)}<span>${t("synced")}</span></div>${device("phone", t("device_phone"))}${device("tablet", t("device_tablet"))}</div>${weekCard()}`;
    const cells = [
      [["monstera", "terracotta", "#F8E0C4", 236, 0, 18], ["basil", "peach", "#EDEFD2", 198, 1, 41], ["snake", "cream", "#FAEBBE", 224, 3, 72], ["pothos", "yellow", "#DDE6CC", 242, 6, 78]],
      [["olive", "yellow", "#DDE6CC", 206, 2, 55], ["calathea", "band", "#CBD8BC", 246, 5, 63], ["cactus", "deep", "#F3D3B4", 206, 12, 64], ["pilea", "terracotta", "#FAEBBE", 242, 4, 57]],
    ];
    return frame("garden", list, `<div class="masonry">${cells.map((column) => `<div>${column.map((cell) => gardenCard(parts, ...cell)).join("")}</div>`).join("")}</div>`, 260);
  }

  return { hero, identify, week, light, sync };
}
