"use strict";
// The two illustrated rooms: the window of the light screen, and what the camera sees on the identify screen.

const fade = (id, stops, { x = 0, y = 1, units = "" } = {}) => `<linearGradient id="${id}" x1="0" y1="0" x2="${x}" y2="${y}" ${units}>` +
  stops.map(([at, ink, seen = 1]) => `<stop offset="${at}" stop-color="${ink}" stop-opacity="${seen}"/>`).join("") + `</linearGradient>`;

/** A plant standing with its pot's foot at (x, floor), `size` units high for a full 300-unit box. */
function standing(kind, pot, x, floor, size, { shade = "#8A4A2C", seen = 0.26 } = {}) {
  const k = size / 300;
  return `<g transform="translate(${round(x - 120 * k)} ${round(floor - 290 * k)}) scale(${round(k * 100) / 100})">` +
    `<ellipse cx="130" cy="289" rx="62" ry="6.5" fill="${shade}" opacity="${seen}"/>${potted(kind, pot)}</g>`;
}

function wateringCan(x, floor, k) {
  return `<g transform="translate(${round(x)} ${round(floor)}) scale(${round(k * 100) / 100})"><ellipse cx="6" cy="0" rx="46" ry="5" fill="#8A4A2C" opacity=".24"/>` +
    `<path d="M22 -40C58 -60 54 -10 24 -14" fill="none" stroke="#D9A544" stroke-width="6"/><path d="M-24 -20L-54 -58" stroke="#E0AE4C" stroke-width="8"/>` +
    `<path d="M-62 -54L-46 -68L-44 -62L-58 -50Z" fill="#F2CF7E"/><path d="M-28 -52H28L32 -4Q32 0 28 0H-28Q-32 0 -32 -4Z" fill="url(#pot-yellow)"/>` +
    `<path d="M-30 -56H30V-49H-30Z" fill="#F8DE9B"/><path d="M-18 -42L-21 -10" stroke="#FFF6D8" stroke-width="3.4" stroke-linecap="round" opacity=".7"/></g>`;
}

function cypress(x, foot, tall, ink, lit) {
  const w = tall * 0.15;
  return `<path d="M${round(x)} ${round(foot - tall)}C${round(x + w)} ${round(foot - tall * 0.55)} ${round(x + w)} ${round(foot - tall * 0.1)} ${round(x)} ${round(foot)}C${round(x - w)} ${round(foot - tall * 0.1)} ${round(x - w)} ${round(foot - tall * 0.55)} ${round(x)} ${round(foot - tall)}Z" fill="${ink}"/>` +
    `<path d="M${round(x)} ${round(foot - tall)}C${round(x - w)} ${round(foot - tall * 0.55)} ${round(x - w)} ${round(foot - tall * 0.1)} ${round(x)} ${round(foot)}Z" fill="${lit}"/>`;
}

/**
 * The window scene for a picture of `wide` x `high` units: `calm` is the share of the height kept free above the window,
 * `sill` is where the sill's upper edge lies (both as fractions of the height).
 */
function windowScene(wide, high, { calm, sill }) {
  const top = high * calm, base = high * sill, cx = wide / 2, span = base - top;
  const half = Math.min(wide * 0.41, span * 0.6), k = Math.min(half / 165, span / 372), roomy = half > 200 * k;
  const arch = (inset, foot = base) => {
    const r = half - inset, y = top + half * 0.98;
    return `M${round(cx - r)} ${round(foot)}V${round(y)}A${round(r)} ${round(r * 0.98)} 0 0 1 ${round(cx + r)} ${round(y)}V${round(foot)}Z`;
  };
  const left = cx - half, on = (x) => left + half * 2 * x, down = (y) => top + span * y;
  const hill = (points, ink) => `<path d="M${round(on(-0.1))} ${round(down(points[0]))}C${round(on(0.15))} ${round(down(points[1]))} ${round(on(0.3))} ${round(down(points[2]))} ${round(on(0.5))} ${round(down(points[3]))}` +
    `S${round(on(0.85))} ${round(down(points[4]))} ${round(on(1.1))} ${round(down(points[5]))}V${round(base)}H${round(on(-0.1))}Z" fill="${ink}"/>`;
  const sun = [on(0.34), down(0.42)];
  const lip = base + 22 * k, edge = lip + 12 * k;
  const doors = 2 * Math.max(1, Math.round(wide / (380 * k)));
  const front = [...Array(doors).keys()].map((i) => {
    const w = wide / doors, gap = 9 * k, x = i * w + gap / 2, knob = i % 2 ? x + 20 * k : x + w - gap - 20 * k;
    return `<rect x="${round(x)}" y="${round(edge + 12 * k)}" width="${round(w - gap)}" height="${round(high)}" rx="${round(10 * k)}" fill="#D08A58"/>` +
      `<rect x="${round(x + 16 * k)}" y="${round(edge + 30 * k)}" width="${round(w - gap - 32 * k)}" height="${round(high)}" rx="${round(8 * k)}" fill="#C67C4A" opacity=".55"/>` +
      `<circle cx="${round(knob)}" cy="${round(edge + 64 * k)}" r="${round(5 * k)}" fill="#F8DE9B"/><circle cx="${round(knob + 1.4 * k)}" cy="${round(edge + 65.4 * k)}" r="${round(5 * k)}" fill="#8A4A2C" opacity=".25"/>`;
  }).join("");
  const place = roomy ? { can: 0.395, basil: 0.5, cactus: 0.605, snake: 0.885 } : { can: 0.435, basil: 0.59, cactus: 0.73, snake: 0.87 };
  const bar = 8 * k;
  return `<svg class="scene" viewBox="0 0 ${wide} ${high}" width="${wide}" height="${high}"><defs>` +
    fade("wall", [[0, "#FCF3D8"], [0.4, "#F9E6C2"], [1, "#F1CDA0"]]) +
    `<linearGradient id="day" gradientUnits="userSpaceOnUse" x1="0" x2="0" y1="${round(top)}" y2="${round(base)}"><stop offset="0" stop-color="#CFDFCB"/><stop offset=".42" stop-color="#F3ECC8"/><stop offset=".72" stop-color="#FBDDA8"/></linearGradient>` +
    `<clipPath id="pane"><path d="${arch(11 * k)}"/></clipPath></defs>` +
    `<rect width="${wide}" height="${high}" fill="url(#wall)"/>` +
    `<path d="${arch(-13 * k)}" fill="#E9BC8B" opacity=".5"/><path d="${arch(0)}" fill="#FFFBEA"/>` +
    `<g clip-path="url(#pane)"><rect x="${round(left)}" y="${round(top)}" width="${round(half * 2)}" height="${round(span)}" fill="url(#day)"/>` +
    `<circle cx="${round(sun[0])}" cy="${round(sun[1])}" r="${round(half * 0.5)}" fill="#FDF3CF" opacity=".55"/><circle cx="${round(sun[0])}" cy="${round(sun[1])}" r="${round(half * 0.34)}" fill="#FBE7B0" opacity=".8"/><circle cx="${round(sun[0])}" cy="${round(sun[1])}" r="${round(half * 0.2)}" fill="#F5CF7A"/>` +
    hill([0.62, 0.54, 0.6, 0.56, 0.44, 0.5], "#CBD6B4") + hill([0.6, 0.64, 0.7, 0.66, 0.54, 0.62], "#B3C4A0") +
    cypress(on(0.665), down(0.79), span * 0.22, "#6E8F70", "#84A281") + cypress(on(0.72), down(0.79), span * 0.26, "#6E8F70", "#84A281") + cypress(on(0.77), down(0.79), span * 0.2, "#6E8F70", "#84A281") +
    hill([0.84, 0.76, 0.7, 0.74, 0.78, 0.68], "#94AE88") + cypress(on(0.6), down(0.86), span * 0.17, "#557A5E", "#6C8F6F") + hill([0.86, 0.9, 0.86, 0.82, 0.86, 0.9], "#7A9A75") +
    `<path d="M${round(cx - bar / 2)} ${round(top)}h${round(bar)}v${round(span)}h${round(-bar)}zM${round(left)} ${round(down(0.46))}h${round(half * 2)}v${round(bar)}h${round(-half * 2)}z" fill="#FFFBEA"/>` +
    `<path d="M${round(cx + bar / 2)} ${round(top)}h${round(bar * 0.4)}v${round(span)}h${round(-bar * 0.4)}zM${round(left)} ${round(down(0.46) + bar)}h${round(half * 2)}v${round(bar * 0.4)}h${round(-half * 2)}z" fill="#D9B98A" opacity=".45"/></g>` +
    `<path d="M${round(on(0.62))} ${round(down(0.02))}L${round(wide)} ${round(down(0.3))}V${round(base)}H${round(on(0.98))}Z" fill="#FFF9E2" opacity=".28"/>` +
    `<rect y="${round(base)}" width="${wide}" height="${round(high)}" fill="#DDA06C"/>${front}` +
    `<rect y="${round(edge)}" width="${wide}" height="${round(10 * k)}" fill="#9C5A34" opacity=".3"/><rect y="${round(lip)}" width="${wide}" height="${round(12 * k)}" fill="#EBCB9C"/>` +
    `<rect y="${round(base)}" width="${wide}" height="${round(22 * k)}" fill="#FFF4D9"/><rect y="${round(base)}" width="${wide}" height="${round(3 * k)}" fill="#FFFCEE"/>` +
    standing("snake", "sage", on(place.snake), base + 12 * k, 214 * k) + standing("monstera", "terracotta", on(0.22), base + 14 * k, 268 * k) +
    (roomy ? standing("pilea", "yellow", on(0.72), base + 13 * k, 168 * k) : "") + standing("basil", "cream", on(place.basil), base + 14 * k, 148 * k) +
    standing("cactus", "band", on(place.cactus), base + 17 * k, 98 * k) + wateringCan(on(place.can), base + 17 * k, 0.62 * k) +
    `</svg>`;
}

/** Two books on the left of a table and a cup on its right, cropped by the picture's edges. */
function tableProps(wide, floor, size) {
  const k = size / 376, book = (x, y, w, h, ink, spine) => `<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="3" fill="${ink}"/><rect x="${x + w - 22}" y="${y}" width="7" height="${h}" fill="${spine}"/>`;
  return `<g transform="translate(0 ${round(floor + 8)}) scale(${round(k * 100) / 100})"><ellipse cx="30" cy="0" rx="62" ry="5" fill="#5C3018" opacity=".35"/>` +
    `${book(-30, -20, 110, 20, "#D9785A", "#F8E3A8")}${book(-30, -37, 94, 17, "#2C5D46", "#F2C96D")}</g>` +
    `<g transform="translate(${wide} ${round(floor + 14)}) scale(${round(k * 100) / 100})"><ellipse cx="-24" cy="0" rx="40" ry="5" fill="#5C3018" opacity=".35"/>` +
    `<path d="M-50 -34C-68 -36 -68 -10 -46 -12" fill="none" stroke="#1D4A38" stroke-width="6"/><path d="M-52 -44H6L0 -8Q-2 0 -12 0H-34Q-44 0 -46 -8Z" fill="url(#pot-deep)"/></g>`;
}

/** What the camera sees: a monstera on a table, the window's light on the wall behind it. */
function cameraScene(wide, high, { table, size }) {
  const floor = high * table, cx = wide / 2;
  const light = (x, y, w, h) => `<path d="M${round(x)} ${round(y)}l${round(w)} ${round(-w * 0.22)}v${round(h)}l${round(-w)} ${round(w * 0.22)}z"/>`;
  const w = wide * 0.25, h = high * 0.2, x0 = wide * 0.2, y0 = high * 0.17;
  const panes = [[0, 0], [1, 0], [0, 1], [1, 1]].map(([i, j]) => light(x0 + i * (w + 9), y0 - i * (w + 9) * 0.22 + j * (h + 9), w, h)).join("");
  return `<svg class="scene" viewBox="0 0 ${wide} ${high}" width="${wide}" height="${high}"><defs>` +
    fade("room", [[0, "#5F7C66"], [0.5, "#7E987B"], [1, "#8EA685"]]) + fade("wood", [[0, "#C98B5C"], [1, "#A9683F"]]) + `</defs>` +
    `<rect width="${wide}" height="${high}" fill="url(#room)"/><g fill="#F1EAC0" opacity=".34">${panes}</g>` +
    `<rect y="${round(floor - 12)}" width="${wide}" height="${round(high)}" fill="url(#wood)"/><rect y="${round(floor - 12)}" width="${wide}" height="4" fill="#E0AA7C"/>` +
    `<ellipse cx="${round(cx + size * 0.12)}" cy="${round(floor + 14)}" rx="${round(size * 0.4)}" ry="${round(size * 0.035)}" fill="#5C3018" opacity=".4"/>` +
    tableProps(wide, floor, size) + standing("monstera", "terracotta", cx, floor + 18, size, { shade: "#4A2412", seen: 0.35 }) + `</svg>`;
}
