"use strict";
// The plants and pots of Pocket Garden: every function returns SVG markup.
// A plant stands in a box of 240 x 300 units: pot rim at y 204, floor at y 290, centre at x 120.
// Light falls from the upper left, so the left half of a leaf is always the lighter one.

const INK = {
  deep: "#12372A", pine: "#1D4A38", fern: "#2C5D46", moss: "#436850", leaf: "#5A8261", sprout: "#7D9F78",
  sage: "#ADBC9F", mist: "#CFD8B8", cream: "#FBFADA", clay: "#C8553D", brick: "#A5412E", peach: "#E8A87C",
  blush: "#F3CDAE", sun: "#F2C96D", butter: "#F8E3A8", bark: "#7A5238", soil: "#4A3326",
};

const round = (value) => Math.round(value * 10) / 10;

/** A repeatable stream of numbers in [0, 1). */
function seeded(seed) {
  let state = seed;
  return () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
}

function bezier(a, b, c, d, t) {
  const s = 1 - t;
  const mix = (i) => s * s * s * a[i] + 3 * s * s * t * b[i] + 3 * s * t * t * c[i] + t * t * t * d[i];
  return [mix(0), mix(1)];
}

/** A two-tone leaf from (x, y), pointing up and turned by `turn` degrees; `bend` moves its tip sideways. */
function leaf({ x, y, turn = 0, long, wide, bend = 0, light, dark, rib = null, veins = 0, vein = 0, low = 0.2, high = 0.72 }) {
  const tip = [bend, -long];
  const side = (sign) => [[0, 0], [sign * wide, -long * low], [sign * wide * 0.82 + bend * 0.55, -long * high], tip];
  const spine = `Q0 ${round(-long * 0.5)} `;
  const half = (sign, fill) => {
    const [, b, c] = side(sign);
    return `<path d="M0 0C${round(b[0])} ${round(b[1])} ${round(c[0])} ${round(c[1])} ${round(bend)} ${-round(long)}` +
      `${spine}0 0Z" fill="${fill}"/>`;
  };
  let lines = "";
  if (rib) {
    const thick = Math.max(0.9, wide * 0.045), thin = vein || thick * 0.8;
    lines = `<path d="M0 0${spine}${round(bend)} ${-round(long * 0.97)}" stroke-width="${round(thick * 1.35)}"/>`;
    for (let i = 1; i <= veins; i += 1) {
      const t = i / (veins + 1.3);
      const from = [bend * t * t, -long * t];
      for (const sign of [-1, 1]) {
        const to = bezier(...side(sign), Math.min(0.93, t + 0.13));
        const end = [from[0] + (to[0] - from[0]) * 0.84, from[1] + (to[1] - from[1]) * 0.84];
        lines += `<path d="M${round(from[0])} ${round(from[1])}Q${round((from[0] + end[0]) / 2)} ` +
          `${round((from[1] + end[1]) / 2 + 1.5)} ${round(end[0])} ${round(end[1])}" stroke-width="${round(thin)}"/>`;
      }
    }
    lines = `<g fill="none" stroke="${rib}" stroke-linecap="round">${lines}</g>`;
  }
  return `<g transform="translate(${round(x)} ${round(y)}) rotate(${round(turn)})">` +
    `${half(-1, light)}${half(1, dark)}${lines}</g>`;
}

function stem(from, via, to, ink, thick) {
  return `<path d="M${from}Q${via} ${to}" fill="none" stroke="${ink}" stroke-width="${thick}" stroke-linecap="round"/>`;
}

/** One monstera leaf, about 100 units long: a heart with slits from the edge towards the rib and small windows beside it. */
function monsteraLeaf({ x, y, turn, size, light, dark, rib }) {
  const lower = [[0, -4], [4, 15], [44, 22], [51, -16]];
  const upper = [[51, -16], [58, -56], [22, -84], [0, -108]];
  const edge = (u) => (u < 0.4 ? bezier(...lower, u / 0.4) : bezier(...upper, (u - 0.4) / 0.6));
  const slits = [[0.35, 0.46], [0.48, 0.56], [0.59, 0.58], [0.695, 0.57], [0.8, 0.5]];
  const windows = [[13, -27, 26], [15, -45, 30], [12, -62, 34]];
  const half = (sign, fill) => {
    const at = (p) => `${round(sign * p[0])} ${round(p[1])}`;
    let d = "M0 -4";
    const walk = (from, to) => {
      for (let i = 1; i <= 7; i += 1) d += `L${at(edge(from + ((to - from) * i) / 7))}`;
    };
    let u = 0;
    for (const [where, deep] of slits) {
      const open = 0.024;
      walk(u, where - open);
      const a = edge(where - open), b = edge(where + open), mid = edge(where);
      const rootY = Math.min(-6, mid[1] + 24);
      const inner = [mid[0] * (1 - deep), mid[1] + (rootY - mid[1]) * deep];
      const near = (p, k) => [inner[0] + (p[0] - inner[0]) * k, inner[1] + (p[1] - inner[1]) * k];
      const p = near(a, 0.4), q = near(b, 0.4);
      d += `C${at(near(a, 0.8))} ${at([p[0] + 1, p[1] + 2.2])} ${at([inner[0] + 1, inner[1] + 1.8])}` +
        `C${at([inner[0] - 2.4, inner[1] - 0.8])} ${at([q[0] - 1, q[1] - 1.8])} ${at(b)}`;
      u = where + open;
    }
    walk(u, 1);
    d += "L0 -4Z";
    for (const [wx, wy, lean] of windows) {
      const a = (sign * (90 - lean) * Math.PI) / 180, dx = Math.sin(a) * 4.6, dy = -Math.cos(a) * 4.6;
      d += `M${round(sign * wx - dx)} ${round(wy - dy)}a4.6 2.3 ${round(sign * -lean)} 1 0 ${round(2 * dx)} ${round(2 * dy)}` +
        `a4.6 2.3 ${round(sign * -lean)} 1 0 ${round(-2 * dx)} ${round(-2 * dy)}Z`;
    }
    return `<path d="${d}" fill="${fill}" fill-rule="evenodd" stroke="${fill}" stroke-width="3" stroke-linejoin="round"/>`;
  };
  let lines = `<path d="M0 -3L0 -98" stroke-width="2"/>`;
  for (const [root, to] of [[-12, 0.2], [-18, 0.415], [-34, 0.535], [-52, 0.64], [-69, 0.745], [-84, 0.87]]) {
    const end = edge(to);
    for (const sign of [-1, 1]) {
      lines += `<path d="M0 ${root}Q${round(sign * end[0] * 0.42)} ${round(root + (end[1] - root) * 0.28)} ` +
        `${round(sign * end[0] * 0.82)} ${round(root + (end[1] - root) * 0.84)}" stroke-width="1.1"/>`;
    }
  }
  return `<g transform="translate(${x} ${y}) rotate(${turn}) scale(${size / 100})">${half(-1, light)}${half(1, dark)}` +
    `<g fill="none" stroke="${rib}" stroke-linecap="round" opacity=".7">${lines}</g></g>`;
}

const growers = {
  monstera() {
    const back = { light: INK.fern, dark: INK.pine, rib: "#4B7A5E" };
    const mid = { light: "#3F7355", dark: INK.fern, rib: "#6F9D7C" };
    const front = { light: "#588A63", dark: "#3F7053", rib: "#9CBF96" };
    const leaves = [
      [[119, 206], [104, 150], [98, 114], -26, 84, back], [[122, 206], [146, 150], [152, 116], 34, 78, back],
      [[116, 206], [84, 172], [68, 156], -70, 62, mid], [[124, 206], [164, 178], [176, 170], 74, 60, mid],
      [[121, 206], [134, 150], [130, 122], 9, 98, front], [[118, 206], [98, 182], [90, 168], -44, 68, front],
      [[123, 206], [146, 190], [154, 180], 46, 56, { light: "#6E9D70", dark: "#51825D", rib: "#B4CFA6" }],
    ];
    return leaves.map(([from, via, to, turn, size, ink]) =>
      stem(from, via, to, ink.dark, 3.6) + monsteraLeaf({ x: to[0], y: to[1], turn, size, ...ink })).join("");
  },
  ficus() {
    const tones = [[INK.fern, INK.pine, "#4B7A5E"], ["#3E6E54", INK.fern, "#7FA583"], ["#4F8060", "#386A50", "#93B58E"]];
    const leaves = [
      [120, 62, 4, 60, 21, 0, 1], [117, 84, -42, 66, 24, -6, 0], [123, 88, 44, 66, 24, 6, 0],
      [116, 112, -66, 68, 25, -8, 1], [124, 116, 66, 70, 25, 8, 1], [118, 100, -18, 62, 22, -4, 2],
      [122, 128, 28, 60, 22, 5, 2], [117, 150, -80, 62, 23, -10, 0], [124, 154, 82, 60, 22, 10, 0],
      [118, 150, -44, 58, 21, -6, 2], [122, 168, 52, 52, 19, 6, 2], [119, 178, -62, 46, 17, -6, 1],
    ];
    return stem([120, 208], [122, 130], [120, 56], INK.bark, 5) + leaves.map(([x, y, turn, long, wide, bend, tone]) =>
      leaf({ x, y, turn, long, wide, bend, light: tones[tone][0], dark: tones[tone][1], rib: tones[tone][2], veins: 6 })).join("") +
      leaf({ x: 120, y: 30, turn: 6, long: 26, wide: 5, light: INK.peach, dark: INK.clay });
  },
  snake() {
    const blades = [
      [104, -9, 150, 12, -10, 1], [138, 10, 158, 12, 8, 1], [121, 1, 188, 14, -4, 0], [90, -19, 112, 11, -14, 0],
      [152, 19, 118, 11, 16, 0], [110, -4, 128, 13, 6, 1], [132, 6, 112, 12, -5, 0],
    ];
    return blades.map(([x, turn, long, wide, bend, tone], index) => {
      const id = `snake-${index}`;
      const shape = (w) => `M${-w * 0.62} 0C${-w * 1.15} ${-long * 0.4} ${-w + bend * 0.5} ${-long * 0.78} ${bend} ${-long}` +
        `C${w + bend * 0.5} ${-long * 0.78} ${w * 1.15} ${-long * 0.4} ${w * 0.62} 0Z`;
      let bands = "";
      for (let y = 8, k = 0; y < long - 14; y += 9, k += 1) {
        const lift = k % 2 ? 4 : -3;
        bands += `<path d="M-22 ${-y}q11 ${lift - 5} 22 0t22 ${lift}" stroke-width="${k % 3 ? 2.2 : 3.4}"/>`;
      }
      const body = tone ? ["#4F7F60", "#39694F"] : ["#3C6B51", "#255541"];
      return `<g transform="translate(${x} 212) rotate(${turn})"><clipPath id="${id}"><path d="${shape(wide - 2.4)}"/></clipPath>` +
        `<path d="${shape(wide)}" fill="#DCCB7C"/><g clip-path="url(#${id})"><rect x="-30" y="-220" width="30" height="240" fill="${body[0]}"/>` +
        `<rect x="0" y="-220" width="40" height="240" fill="${body[1]}"/><g fill="none" stroke="#8FB08A" stroke-linecap="round" opacity=".5">${bands}</g></g></g>`;
    }).join("");
  },
  cactus() {
    const column = (x, y, w, h, tone) => {
      const r = w / 2;
      let ribs = "";
      for (let i = 1; i < 5; i += 1) {
        const off = (i / 5 - 0.5) * w * 0.92;
        ribs += `<path d="M${round(x + off)} ${y + h}V${round(y + r * 0.9)}Q${round(x + off)} ${round(y + r * 0.35)} ${x} ${y + 4}" />`;
      }
      let spines = "";
      for (let i = 0; i < 5; i += 1) {
        const sx = x + (i / 5 + 0.1 - 0.5) * w * 0.94;
        for (let sy = y + r + (i % 2) * 6; sy < y + h - 6; sy += 13) {
          spines += `<path d="M${round(sx - 2.2)} ${round(sy - 2)}L${round(sx)} ${round(sy)}L${round(sx + 2.2)} ${round(sy - 2)}"/>`;
        }
      }
      return `<rect x="${x - r}" y="${y}" width="${w}" height="${h + r}" rx="${r}" fill="url(#cactus-${tone})"/>` +
        `<g fill="none" stroke="#245240" stroke-width="1.5" opacity=".45">${ribs}</g>` +
        `<g fill="none" stroke="#F3ECC2" stroke-width="1" stroke-linecap="round" opacity=".9">${spines}</g>`;
    };
    const bloom = (x, y, k) => {
      let petals = "";
      for (let i = 0; i < 7; i += 1) {
        petals += leaf({ x, y, turn: -84 + i * 28, long: 17 * k, wide: 6 * k, light: i % 2 ? "#EFA98C" : "#E58C6C", dark: i % 2 ? "#E58C6C" : INK.clay });
      }
      return petals + `<circle cx="${x}" cy="${y - 1}" r="${3.6 * k}" fill="${INK.sun}"/>`;
    };
    return `<path d="M94 150q-26 2 -27 -24" fill="none" stroke="url(#cactus-b)" stroke-width="24" stroke-linecap="round"/>` + column(67, 100, 24, 24, "b") +
      `<path d="M146 170q28 0 28 -24" fill="none" stroke="url(#cactus-b)" stroke-width="22" stroke-linecap="round"/>` + column(174, 118, 22, 24, "b") +
      column(120, 62, 58, 146, "a") + bloom(120, 65, 1.15) + bloom(67, 102, 0.7);
  },
  calathea() {
    const leaves = [
      [94, 118, -22, 86, 30, -6, 0], [148, 118, 24, 84, 30, 6, 0], [121, 110, 2, 92, 32, 0, 1], [78, 156, -58, 76, 27, -8, 1],
      [166, 158, 60, 74, 27, 8, 1], [102, 150, -30, 76, 28, -5, 2], [140, 152, 30, 74, 27, 5, 2], [96, 184, -76, 56, 20, -6, 0],
      [146, 184, 76, 56, 20, 6, 0], [121, 162, 2, 68, 26, 0, 2],
    ];
    const tones = [["#2F6149", "#214F3C", "#8FB78A"], ["#3A7055", "#2A5B45", "#A6C79A"], ["#4B8163", "#376B51", "#BCD6A8"]];
    return leaves.map(([x, y, turn, long, wide, bend, tone]) => {
      const [light, dark, rib] = tones[tone];
      return stem([120, 208], [(x + 120) / 2, y + 14], [x, y], "#8A4A4A", 2.8) +
        leaf({ x: x + 1.5, y: y + 2, turn, long, wide: wide * 1.03, bend, light: "#8C4A45", dark: "#733A39" }) +
        leaf({ x, y, turn, long, wide, bend, light, dark, rib, veins: 8, vein: long * 0.04 });
    }).join("");
  },
  olive() {
    const next = seeded(41);
    const boughs = [
      [[120, 124], [96, 104], [74, 86]], [[120, 124], [146, 102], [168, 88]], [[121, 118], [112, 80], [98, 44]],
      [[121, 118], [132, 76], [144, 46]], [[121, 120], [121, 74], [121, 28]], [[120, 130], [88, 130], [62, 122]],
      [[121, 130], [154, 132], [180, 122]], [[121, 124], [104, 100], [84, 60]], [[121, 124], [140, 96], [160, 62]],
    ];
    const tones = [["#9DB28F", "#7E9A78"], ["#7E9A78", "#5F8162"], ["#5F8162", "#456B52"], ["#B9C8A4", "#94AC86"]];
    let back = "", front = "", twigs = "", fruit = "";
    boughs.forEach(([a, b, c], bough) => {
      twigs += stem(a, b, c, INK.bark, 2.2);
      for (let i = 2; i <= 9; i += 1) {
        const t = i / 9, s = 1 - t;
        const x = s * s * a[0] + 2 * s * t * b[0] + t * t * c[0], y = s * s * a[1] + 2 * s * t * b[1] + t * t * c[1];
        const lean = (Math.atan2(c[0] - a[0], a[1] - c[1]) * 180) / Math.PI;
        for (const sign of [-1, 1]) {
          const tone = tones[Math.floor(next() * 4)];
          const one = leaf({ x, y, turn: lean + sign * (38 + next() * 36), long: 19 + next() * 9, wide: 4.6, light: tone[0], dark: tone[1] });
          if (next() > 0.5) front += one; else back += one;
        }
        if ((i + bough * 2) % 7 === 0) fruit += `<ellipse cx="${round(x + 3)}" cy="${round(y + 7)}" rx="3.8" ry="5" fill="#3B3F2E"/><ellipse cx="${round(x + 2)}" cy="${round(y + 5.6)}" rx="1.1" ry="1.6" fill="#8A8F6A"/>`;
      }
    });
    return back + `<path d="M115 210C117 176 114 150 119 116L124 116C124 150 127 178 126 210Z" fill="url(#trunk)"/>` + twigs + front + fruit;
  },
  basil() {
    const next = seeded(7);
    const tones = [["#6F9A62", "#527F52"], ["#86AE6E", "#669358"], ["#9DC07F", "#7CA566"]];
    const sprigs = [[84, 128], [104, 104], [126, 92], [148, 108], [162, 134], [72, 156], [96, 150], [120, 136], [144, 152], [172, 162], [110, 172], [136, 174]];
    let out = "";
    sprigs.forEach(([x, y]) => { out += stem([120 + (x - 120) * 0.25, 208], [120 + (x - 120) * 0.6, 176], [x, y], "#5C8A55", 2.4); });
    sprigs.forEach(([x, y], index) => {
      const depth = index < 5 ? 0 : index < 10 ? 1 : 2;
      const spin = (x - 120) * 0.4;
      const [light, dark] = tones[depth];
      for (const turn of [-88, 88, -46, 46]) {
        out += leaf({ x, y: y + 2, turn: turn + spin + next() * 10 - 5, long: 30 + next() * 6, wide: 15, bend: Math.sign(turn) * 4, light, dark, rib: "#C4DBA2", veins: 3, low: 0.3, high: 0.86 });
      }
      out += leaf({ x, y, turn: spin - 18, long: 22, wide: 10, light: tones[2][0], dark: tones[1][0], low: 0.3, high: 0.86 }) +
        leaf({ x, y: y + 1, turn: spin + 20, long: 20, wide: 9, light: tones[2][0], dark: tones[1][0], low: 0.3, high: 0.86 });
    });
    return out;
  },
  pilea() {
    const next = seeded(19);
    const discs = [
      [120, 58, 23], [86, 74, 22], [154, 76, 22], [60, 108, 21], [182, 112, 21], [106, 100, 22], [140, 104, 21], [78, 138, 20],
      [166, 142, 20], [118, 138, 22], [56, 158, 17], [186, 164, 17], [98, 168, 17], [144, 168, 17],
    ];
    const tones = [["#4A7C5C", "#386A4E"], ["#5E9068", "#487A58"], ["#7BA878", "#5D8F66"]];
    return discs.map(([x, y, r]) => stem([120, 208], [120 + (x - 120) * 0.35, y + 46], [x, y], "#8A9A5E", 2.2)).join("") +
      discs.map(([x, y, r], index) => {
        const [light, dark] = tones[index < 5 ? 0 : index < 10 ? 1 : 2];
        const tilt = (x - 120) * 0.35 + next() * 8 - 4;
        return `<g transform="translate(${x} ${y}) rotate(${round(tilt)})"><ellipse rx="${r}" ry="${r * 0.92}" fill="${dark}"/>` +
          `<path d="M${-r} 0A${r} ${r * 0.92} 0 0 1 ${r * 0.72} ${-r * 0.66}Q0 ${-r * 0.1} ${-r * 0.5} ${r * 0.8}A${r} ${r * 0.92} 0 0 1 ${-r} 0Z" fill="${light}"/>` +
          `<circle cx="${r * 0.12}" cy="${r * 0.1}" r="2.4" fill="#D8E4B8"/></g>`;
      }).join("");
  },
  pothos() {
    const tones = [["#3F7355", "#2C5D46"], ["#5B8F66", "#437757"], ["#8DB57C", "#659865"]];
    const vines = [
      [[104, 200], [60, 170], [48, 216], [40, 262]], [[136, 200], [180, 168], [196, 214], [200, 250]], [[116, 202], [86, 150], [70, 140], [54, 150]],
      [[126, 202], [156, 146], [176, 136], [190, 148]], [[120, 202], [112, 140], [104, 112], [92, 92]], [[122, 202], [132, 132], [140, 108], [152, 92]],
      [[120, 202], [120, 150], [122, 120], [122, 84]],
    ];
    let stems = "", leaves = "";
    vines.forEach(([a, b, c, d], vine) => {
      stems += `<path d="M${a}C${b} ${c} ${d}" fill="none" stroke="#6C8F5C" stroke-width="2.6" stroke-linecap="round"/>`;
      for (let i = 2; i <= 6; i += 1) {
        const t = i / 6, p = bezier(a, b, c, d, t), q = bezier(a, b, c, d, Math.max(0, t - 0.06));
        const lean = (Math.atan2(p[0] - q[0], q[1] - p[1]) * 180) / Math.PI;
        const tone = tones[(i + vine) % 3];
        const size = i === 6 ? 24 : 32;
        leaves += leaf({ x: p[0], y: p[1], turn: lean + (i === 6 ? 0 : i % 2 ? 58 : -58), long: size, wide: size * 0.56, light: tone[0], dark: tone[1], rib: "#C9DCA5", low: 0.02, high: 0.62 });
      }
    });
    return { behind: stems + leaves, hangs: true };
  },
  aloe() {
    const arms = [
      [120, -2, 128, 15, 2, 1], [104, -22, 122, 14, -16, 0], [136, 22, 120, 14, 18, 0], [94, -42, 104, 13, -26, 1], [146, 42, 104, 13, 26, 1],
      [88, -64, 78, 12, -26, 0], [152, 64, 78, 12, 26, 0], [112, -11, 98, 14, -8, 1], [130, 12, 94, 14, 8, 0],
    ];
    return arms.map(([x, turn, long, wide, bend, tone]) => {
      const [light, dark] = tone ? ["#8DB08A", "#6C9573"] : ["#729B79", "#527F63"];
      let teeth = "";
      for (let i = 1; i < 8; i += 1) {
        const t = i / 8.6, w = wide * 0.5 * (1 - t * 0.85);
        teeth += `<path d="M${round(bend * t * t - w * 0.6)} ${round(-long * t)}l1.4 -3M${round(bend * t * t + w * 0.5)} ${round(-long * t - 5)}l.9 -2.6"/>`;
      }
      return `<g>${leaf({ x, y: 210, turn, long, wide, bend, light, dark, low: 0.12, high: 0.5 })}` +
        `<g transform="translate(${x} 210) rotate(${turn})" stroke="#D9E5C0" stroke-width="1.3" stroke-linecap="round" opacity=".8">${teeth}</g></g>`;
    }).join("");
  },
  lily() {
    const leaves = [
      [108, 196, -52, 92, 22, -14, 0], [132, 196, 52, 92, 22, 14, 0], [112, 196, -28, 104, 23, -10, 1], [128, 196, 30, 102, 23, 10, 1],
      [106, 200, -76, 70, 18, -14, 1], [134, 200, 76, 70, 18, 14, 1], [118, 196, -8, 96, 22, -4, 2], [124, 198, 14, 82, 20, 5, 2],
    ];
    const tones = [["#35674D", "#24533F", "#6C987A"], ["#43785A", "#30624A", "#82AB86"], ["#56896A", "#3F7256", "#9BBF96"]];
    const spathe = (x, y, turn, k) => stem([121, 206], [(x + 121) / 2 - 4, (y + 206) / 2], [x, y], "#7FA577", 2.8) +
      leaf({ x, y, turn, long: 54 * k, wide: 25 * k, bend: 5 * k, light: "#FFFDF0", dark: "#EFE9CF", low: 0.1, high: 0.7 }) +
      `<g transform="translate(${x} ${y}) rotate(${turn - 4})"><rect x="-3.2" y="${-27 * k}" width="6.4" height="${24 * k}" rx="3.2" fill="${INK.sun}"/><rect x="-3.2" y="${-27 * k}" width="3" height="${24 * k}" rx="1.5" fill="${INK.butter}"/></g>`;
    return leaves.map(([x, y, turn, long, wide, bend, tone]) =>
      leaf({ x, y, turn, long, wide, bend, light: tones[tone][0], dark: tones[tone][1], rib: tones[tone][2], veins: 5 })).join("") +
      spathe(92, 84, -16, 1) + spathe(146, 66, 10, 1.12) + spathe(172, 112, 30, 0.8);
  },
};

const pots = {
  terracotta: () => `<path d="M79 220H161L152 283Q151 290 144 290H96Q89 290 88 283Z" fill="url(#pot-clay)"/>` +
    `<path d="M79 220H161L160 229H80Z" fill="#7F2E1E" opacity=".26"/><rect x="72" y="200" width="96" height="21" rx="5" fill="url(#pot-rim)"/>` +
    `<path d="M87 231L93 281" stroke="#FBE3CE" stroke-width="3.4" stroke-linecap="round" opacity=".35"/>`,
  cream: () => `<path d="M76 203H164L160 258Q157 290 134 290H106Q83 290 80 258Z" fill="url(#pot-cream)"/>` +
    `<path d="M78.4 234H161.6L160.6 248H79.4Z" fill="#ADBC9F" opacity=".85"/><path d="M79.6 252H160.4L160.1 256H79.9Z" fill="#C8553D" opacity=".7"/>` +
    `<rect x="73" y="200" width="94" height="8" rx="4" fill="#FFFDEB"/>`,
  sage: () => `<path d="M84 202H156C172 216 176 236 170 256C164 280 150 290 120 290C90 290 76 280 70 256C64 236 68 216 84 202Z" fill="url(#pot-sage)"/>` +
    `<rect x="80" y="198" width="80" height="9" rx="4.5" fill="#C4CFB3"/><path d="M80 222Q74 240 80 260" stroke="#F5F5DA" stroke-width="3.6" stroke-linecap="round" fill="none" opacity=".5"/>`,
  deep: () => `<path d="M92 284L86 296M148 284L154 296" stroke="#B98A5E" stroke-width="5" stroke-linecap="round"/>` +
    `<path d="M74 203H166V262Q166 286 142 286H98Q74 286 74 262Z" fill="url(#pot-deep)"/><rect x="72" y="199" width="96" height="9" rx="4.5" fill="#3C6A53"/>` +
    `<path d="M84 218V262" stroke="#8FB08A" stroke-width="3.4" stroke-linecap="round" opacity=".4"/>`,
  band: () => `<path d="M74 202H166L156 282Q155 290 146 290H94Q85 290 84 282Z" fill="url(#pot-clay)"/>` +
    `<clipPath id="band-clip"><path d="M77.4 226H162.6L158.8 260H81.2Z"/></clipPath><g clip-path="url(#band-clip)"><rect x="70" y="226" width="100" height="34" fill="#FBF3DC"/>` +
    [78, 94.8, 111.6, 128.4, 145.2, 162].map((x) => `<path d="M${x - 8.4} 258L${x} 228L${x + 8.4} 258Z" fill="#E8A87C"/>`).join("") + `</g>` +
    `<rect x="71" y="199" width="98" height="8" rx="4" fill="#DE8263"/>`,
  yellow: () => `<path d="M76 202H164L150 282Q148 290 140 290H100Q92 290 90 282Z" fill="url(#pot-yellow)"/><rect x="72" y="199" width="96" height="9" rx="4.5" fill="#F8DE9B"/>` +
    `<path d="M87 218L95 276" stroke="#FFF6D8" stroke-width="3.4" stroke-linecap="round" opacity=".6"/>`,
  peach: () => `<path d="M78 202H162Q170 226 164 256Q160 290 138 290H102Q80 290 76 256Q70 226 78 202Z" fill="url(#pot-peach)"/>` +
    [[216, 43], [228, 44.5], [240, 44], [252, 42.5], [264, 40.5], [276, 36]].map(([y, w]) => `<path d="M${120 - w} ${y}Q120 ${y + 6} ${120 + w} ${y}" stroke="#C27B52" stroke-width="1.4" fill="none" opacity=".35"/>`).join("") +
    `<rect x="74" y="198" width="92" height="9" rx="4.5" fill="#F5CDAE"/>`,
};

/** Gradients that plants and pots share; a page holds them once. */
const plantPaint = () => {
  const across = (id, stops) => `<linearGradient id="${id}" x1="0" x2="1" y1="0" y2="0">` +
    stops.map((ink, i) => `<stop offset="${round(i / (stops.length - 1))}" stop-color="${ink}"/>`).join("") + `</linearGradient>`;
  return `<svg width="0" height="0" style="position:absolute"><defs>` +
    across("pot-clay", ["#DB7C5D", "#CE6247", "#B24932"]) + across("pot-rim", ["#E79673", "#D87152", "#BB5039"]) +
    across("pot-cream", ["#FFFDEE", "#F4EED3", "#DCD3B2"]) + across("pot-sage", ["#BECBAC", "#A3B594", "#82987A"]) +
    across("pot-deep", ["#335F4A", "#234D3A", "#173D2D"]) + across("pot-yellow", ["#F7DB92", "#F0C768", "#DDAA4B"]) +
    across("pot-peach", ["#F2C29D", "#E8A87C", "#D08A5E"]) + across("trunk", ["#9B7554", "#6E4A32"]) +
    across("cactus-a", ["#7BA37C", "#558465", "#33654E"]) + across("cactus-b", ["#6A956F", "#48785B", "#305F49"]) +
    `</defs></svg>`;
};

let plantCount = 0;

/** The inner markup of a plant in its pot, for a 240 x 300 box. */
function potted(kind, pot = "terracotta") {
  plantCount += 1;
  const grown = growers[kind]();
  const over = typeof grown === "string" ? { behind: grown, hangs: false } : grown;
  const unique = (markup) => markup.replaceAll("snake-", `snake${plantCount}-`).replaceAll("band-clip", `band${plantCount}-clip`);
  const vessel = pots[pot]();
  return unique(over.hangs ? vessel + over.behind : over.behind + vessel);
}

/** A whole plant as its own picture; the box may be narrowed to the plant's ink. */
function plant(kind, pot = "terracotta", { shadow = "#12372A", strength = 0.16, style = "" } = {}) {
  return `<svg class="plant" viewBox="-8 0 256 304" style="${style}"><ellipse cx="122" cy="291" rx="62" ry="8" fill="${shadow}" opacity="${strength}"/>${potted(kind, pot)}</svg>`;
}
