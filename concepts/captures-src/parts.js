"use strict";
// What every screen is made of: words, numbers and dates of one language, system bars, rings, tiles and buttons.

const TODAY = 14;
const NAVIGATION = ["today", "week", "scan", "light", "garden"];

/** The pieces for one language: `words` is its entry in words.json, `lang` its language tag. */
function partsFor(words, lang) {
  const t = (key, values = {}) => {
    if (!(key in words)) throw new Error(`words.json has no ${key} for ${lang}`);
    return words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  };
  const locale = words.locale;
  const num = (value, options = {}) => new Intl.NumberFormat(locale, options).format(value);
  const percent = (value) => num(value / 100, { style: "percent" });
  const upper = (text) => text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
  const when = (day, hour = 0, minute = 0) => new Date(Date.UTC(2026, 4, day, hour, minute));
  const date = (day, options) => upper(new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options }).format(when(day)));
  const days = (count) => upper(new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(count, "day"));
  const clock = () => new Intl.DateTimeFormat(locale, { timeZone: "UTC", hour: "numeric", minute: "2-digit", hourCycle: "h23" })
    .format(when(TODAY, 9, 41)).replace(/^[0٠]/, "");
  const ml = (value) => t("ml", { n: num(value) });
  const degrees = (celsius) => `${num(words.celsius ? celsius : Math.round(celsius * 1.8 + 32))}°`;

  const wifi = `<svg width="17" height="13" viewBox="0 0 17 13" fill="currentColor"><path d="M8.5 2.6c2.3 0 4.4.9 6 2.3l1.2-1.3A10.6 10.6 0 0 0 8.5.8a10.6 10.6 0 0 0-7.2 2.8l1.2 1.3a8.9 8.9 0 0 1 6-2.300Z"/><path d="M8.5 6.600c1.3 0 2.4.5 3.3 1.200L13 6.500a6.7 6.7 0 0 0-9 0l1.2 1.300c.9-.7 2-1.2 3.3-1.200Z"/><path d="M8.5 9.400c-.8 0-1.5.3-2 .8l2 2.2 2-2.200c-.5-.5-1.2-.8-2-.8Z"/></svg>`;
  const battery = `<svg class="flip" width="27" height="13" viewBox="0 0 27 13"><rect x=".5" y=".5" width="23" height="12" rx="3.8" fill="none" stroke="currentColor" opacity=".4"/><rect x="2" y="2" width="17.5" height="9" rx="2.4" fill="currentColor"/><path d="M25 4.400v4.200c.9-.3 1.5-1.1 1.5-2.100S25.9 4.7 25 4.400Z" fill="currentColor" opacity=".45"/></svg>`;
  const signal = `<svg class="flip" width="19" height="13" viewBox="0 0 19 13" fill="currentColor"><rect y="8.4" width="3.4" height="4.4" rx="1"/><rect x="5.1" y="5.8" width="3.4" height="7" rx="1"/><rect x="10.2" y="3" width="3.4" height="9.8" rx="1"/><rect x="15.3" width="3.4" height="12.8" rx="1"/></svg>`;

  /** A progress ring of `size` with `share` (0 to 1) drawn. */
  const ring = (size, share, thick, ink, rest, inner) => {
    const c = size / 2, r = (size - thick) / 2, length = 2 * Math.PI * r;
    const circle = (stroke, more) => `<circle cx="${c}" cy="${c}" r="${r}" fill="none" stroke="${stroke}" stroke-width="${thick}" ${more}/>`;
    return `<div class="ring" style="width:${size}px;height:${size}px"><svg viewBox="0 0 ${size} ${size}">${circle(rest, "")}` +
      `${circle(ink, `stroke-linecap="round" stroke-dasharray="${length * share} ${length}" transform="rotate(-90 ${c} ${c})"`)}</svg><div class="in">${inner}</div></div>`;
  };

  const mark = (size) => `<svg width="${size}" height="${size}" viewBox="0 0 512 512" style="flex:none">${logoArt()}</svg>`;

  return {
    words, lang, t, num, percent, date, days, ml, degrees, clock, upper, ring, mark,
    status: (dark = false) => `<div class="status ${dark ? "onDark" : ""}"><div class="side"><span>${clock()}</span></div><div class="side">${signal}${wifi}${battery}</div></div>`,
    tabletStatus: () => `<div class="status"><div>${clock()}<span>${date(TODAY, { weekday: "short", day: "numeric", month: "short" })}</span></div><div>${wifi}${percent(100)}${battery}</div></div>`,
    home: (dark = false) => `<div class="bar ${dark ? "onDark" : ""}"></div>`,
    tabs: (on) => `<nav class="tabs">${NAVIGATION.map((name) => `<div class="tab ${name} ${name === on ? "on" : ""}">` +
      `${name === "scan" ? `<div class="knob">${icon("scan", 21)}</div>` : icon(name, 24)}<span>${t(`tab_${name}`)}</span></div>`).join("")}</nav><div class="bar"></div>`,
    rail: (on) => `<nav class="rail">${mark(48)}<div class="stops">${NAVIGATION.map((name) => `<div class="stop ${name} ${name === on ? "on" : ""}">` +
      `<div class="knob">${icon(name, 24)}</div><span>${t(`tab_${name}`)}</span></div>`).join("")}</div></nav>`,
    tile: (kind, pot, paint, { w = "100%", h, radius = 18, more = "" }) => `<div class="tile" style="width:${typeof w === "number" ? `${w}px` : w};height:${h}px;background:${paint};border-radius:${radius}px">${plant(kind, pot)}${more}</div>`,
    pill: (name, text, paint, ink) => `<span class="pill" style="background:${paint};color:${ink}">${name ? icon(name, 14, { weight: 2.1 }) : ""}${text}</span>`,
    button: (name, text, style = "") => `<div class="button" style="${style}">${name ? icon(name, 19, { weight: 2.1 }) : ""}<span>${text}</span></div>`,
    fact: (name, label, value, paint) => `<div class="fact" style="background:${paint}"><div class="badge">${icon(name, 20)}</div><div class="grow"><div class="label">${label}</div><div class="value">${value}</div></div></div>`,
    dots: (done, all) => `<span class="dots">${[...Array(all).keys()].map((i) => `<i class="${i < done ? "on" : ""}"></i>`).join("")}</span>`,
  };
}

const TASKS = {
  water: { icon: "drop", paint: "#DCE7D3", ink: "#2C5D46" }, mist: { icon: "mist", paint: "#EDEFD2", ink: "#5A6B2E" },
  feed: { icon: "feed", paint: "#FAEBBE", ink: "#80560F" }, repot: { icon: "repot", paint: "#F8DFC9", ink: "#A5412E" },
};

/** The app's mark: a leaf in a pot, on a 512-unit square with round corners. */
function logoArt() {
  return `<defs><linearGradient id="logo-ground" x1="0" y1="0" x2=".7" y2="1"><stop offset="0" stop-color="#245542"/><stop offset="1" stop-color="#12372A"/></linearGradient></defs>` +
    `<rect width="512" height="512" rx="116" fill="url(#logo-ground)"/>` +
    `<path d="M249.5 330V262Q250 246 256 232Q262 246 262.5 262V330Z" fill="#ADBC9F"/>` +
    `<path d="M256 268C176 268 122 216 116 122C208 122 256 178 256 268Z" fill="#FBFADA"/><path d="M256 268C256 220 208 160 116 122C208 122 256 178 256 268Z" fill="#DCE3C2"/>` +
    `<path d="M256 236C256 160 306 104 396 96C400 182 346 236 256 236Z" fill="#ADBC9F"/><path d="M256 236C296 196 340 140 396 96C400 182 346 236 256 236Z" fill="#8FA885"/>` +
    `<path d="M160 348H352L336 424Q332 442 314 442H198Q180 442 176 424Z" fill="#C8553D"/><path d="M160 348H352L349 364H163Z" fill="#8A3524" opacity=".45"/>` +
    `<rect x="142" y="308" width="228" height="46" rx="16" fill="#DD7C5C"/>`;
}
