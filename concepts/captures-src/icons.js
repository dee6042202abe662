"use strict";
// Line icons on a 24-unit grid, drawn for this app.

const ICONS = {
  today: `<path d="M12 20V10"/><path d="M12 13C12 8.6 8.8 6 4 6C4 10.8 7 13 12 13Z"/><path d="M12 10C12 6 15 3.6 20 3.6C20 8 17 10.4 12 10.4"/><path d="M7 20.4H17"/>`,
  week: `<rect x="3.6" y="5" width="16.8" height="15.4" rx="4"/><path d="M3.6 10H20.4M8.2 3V6.6M15.8 3V6.6"/><path d="M8 14.4H8.1M12 14.4H12.1M16 14.4H16.1" stroke-width="2.4"/>`,
  scan: `<path d="M3.6 8.4V7A3.4 3.4 0 0 1 7 3.6H8.4M15.6 3.6H17A3.4 3.4 0 0 1 20.4 7V8.4M20.4 15.6V17A3.4 3.4 0 0 1 17 20.4H15.6M8.4 20.4H7A3.4 3.4 0 0 1 3.6 17V15.6"/><path d="M12 17V11.4M12 13.6C12 10.6 10 9 7.2 8.8C7.2 11.8 9 13.6 12 13.6ZM12 11.4C12 9 13.6 7.4 16.6 7.2C16.6 10 15 11.8 12 11.8"/>`,
  light: `<circle cx="12" cy="12" r="4.2"/><path d="M12 2.8V4.6M12 19.4V21.2M2.8 12H4.6M19.4 12H21.2M5.5 5.5L6.8 6.8M17.2 17.2L18.5 18.5M5.5 18.5L6.8 17.2M17.2 6.8L18.5 5.5"/>`,
  garden: `<path d="M6 13.6H18L16.8 19.2A1.8 1.8 0 0 1 15 20.6H9A1.8 1.8 0 0 1 7.2 19.2Z"/><path d="M12 13.6V8"/><path d="M12 9.6C12 6 9.6 3.8 5.6 3.6C5.6 7.4 8 9.6 12 9.6Z"/><path d="M12 11.4C12 8.6 14 6.8 17.6 6.6C17.6 9.6 15.6 11.4 12 11.4Z"/>`,
  drop: `<path d="M12 3.4C15.6 7.6 18 10.8 18 14.2A6 6 0 0 1 6 14.2C6 10.8 8.4 7.6 12 3.4Z"/>`,
  feed: `<path d="M9.4 3.6H14.6M10.2 3.6V9L5.4 17.4A2 2 0 0 0 7.2 20.4H16.8A2 2 0 0 0 18.6 17.4L13.8 9V3.6"/><path d="M7.6 14.6H16.4"/>`,
  repot: `<path d="M5 9.6H19M6.4 9.6L7.6 18.6A2 2 0 0 0 9.6 20.4H14.4A2 2 0 0 0 16.4 18.6L17.6 9.6"/><path d="M12 6.6V2.8M9.6 4.6L12 2.4L14.4 4.6"/>`,
  mist: `<path d="M9.4 10.4H15V18A2.4 2.4 0 0 1 12.6 20.4H8.8A2.4 2.4 0 0 1 6.4 18V14.4C6.4 12.4 7.4 10.4 9.4 10.4Z"/><path d="M10 10.4V6.4H15.6M8 4H13.4A2.2 2.2 0 0 1 15.6 6.2"/><path d="M18.6 4.4H18.7M20.8 6.6H20.9M18.6 8.8H18.7" stroke-width="2.2"/>`,
  check: `<path d="M5.4 12.6L10 17L18.8 7.6"/>`,
  bell: `<path d="M6 16.8V11A6 6 0 0 1 18 11V16.8L19.4 18H4.6Z"/><path d="M10.2 20.6A2 2 0 0 0 13.8 20.6"/>`,
  chevron: `<path d="M9.4 5.6L15.6 12L9.4 18.4"/>`,
  down: `<path d="M5.6 9.4L12 15.6L18.4 9.4"/>`,
  close: `<path d="M6 6L18 18M18 6L6 18"/>`,
  bolt: `<path d="M13 3L5.6 13.4H11.4L10.6 21L18.4 10.4H12.4Z"/>`,
  plus: `<path d="M12 4.6V19.4M4.6 12H19.4"/>`,
  search: `<circle cx="10.8" cy="10.8" r="6.4"/><path d="M15.6 15.6L20.4 20.4"/>`,
  paw: `<ellipse cx="7" cy="11" rx="1.7" ry="2.2"/><ellipse cx="10.2" cy="6.6" rx="1.7" ry="2.3"/><ellipse cx="14.2" cy="6.6" rx="1.7" ry="2.3"/><ellipse cx="17.2" cy="11" rx="1.7" ry="2.2"/><path d="M12.1 11.6C9.6 11.6 7.4 15 7.4 17.2C7.4 19 8.8 19.6 10 19.4C11.4 19.2 12.8 19.2 14.2 19.4C15.4 19.6 16.8 19 16.8 17.2C16.8 15 14.6 11.6 12.1 11.6Z"/>`,
  humid: `<path d="M8.6 4C11.2 7 12.8 9.2 12.8 11.6A4.3 4.3 0 0 1 4.2 11.6C4.2 9.2 6 7 8.6 4Z"/><path d="M17 10.6C18.6 12.4 19.8 13.8 19.8 15.4A2.9 2.9 0 0 1 14 15.4C14 13.8 15.4 12.4 17 10.6Z"/><path d="M7 20.4H13"/>`,
  warm: `<path d="M9.8 13.4V5.8A2.2 2.2 0 0 1 14.2 5.8V13.4A4 4 0 1 1 9.8 13.4Z"/><path d="M12 9.4V16.6" />`,
  ruler: `<path d="M12 20.4V3.6M12 3.6L8.8 6.8M12 3.6L15.2 6.8M12 20.4L8.8 17.2M12 20.4L15.2 17.2"/>`,
  globe: `<circle cx="12" cy="12" r="8.4"/><path d="M3.6 12H20.4M12 3.6C8.2 8.4 8.2 15.6 12 20.4C15.8 15.6 15.8 8.4 12 3.6Z"/>`,
  phone: `<rect x="7" y="3" width="10" height="18" rx="2.6"/><path d="M11 18H13"/>`,
  tablet: `<rect x="4.4" y="3" width="15.2" height="18" rx="2.8"/><path d="M10.6 18H13.4"/>`,
  sync: `<path d="M4.4 11A7.8 7.8 0 0 1 18.4 7.6M19.6 13A7.8 7.8 0 0 1 5.6 16.4"/><path d="M18.8 3.8V7.8H14.8M5.2 20.2V16.2H9.2"/>`,
  pin: `<path d="M12 21C8 16.8 5.4 13.4 5.4 10A6.6 6.6 0 0 1 18.6 10C18.6 13.4 16 16.8 12 21Z"/><circle cx="12" cy="10" r="2.4"/>`,
  sofa: `<path d="M5.6 10.6V8A3 3 0 0 1 8.6 5H15.4A3 3 0 0 1 18.4 8V10.6"/><path d="M3 12.4A2 2 0 0 1 7 12.4V14H17V12.4A2 2 0 0 1 21 12.4V17.4H3ZM5 17.4V19.4M19 17.4V19.4"/>`,
  cup: `<path d="M5 8.4H16V14.4A4 4 0 0 1 12 18.4H9A4 4 0 0 1 5 14.4Z"/><path d="M16 10H17.4A2.4 2.4 0 0 1 17.4 14.8H16M5 21H16M8.6 5.4V3.4M12.4 5.4V3.4"/>`,
  bed: `<path d="M3.4 19V6M3.4 15.6H20.6V19M20.6 15.6V13A3 3 0 0 0 17.6 10H10.6V15.6"/><circle cx="7" cy="12" r="1.8"/>`,
  balcony: `<path d="M4 12.6H20M5 20.4H19M6.4 12.6V20.4M10.2 12.6V20.4M13.8 12.6V20.4M17.6 12.6V20.4"/><path d="M8 9.6V7.6A4 4 0 0 1 16 7.6V9.6"/>`,
  desk: `<path d="M3.4 11H20.6M5 11V20M19 11V20M12.6 11V16H19"/><path d="M8.4 11V8.2L6.4 5.4L10.4 3.6L12 7"/>`,
  all: `<rect x="4" y="4" width="6.8" height="6.8" rx="2.2"/><rect x="13.2" y="4" width="6.8" height="6.8" rx="2.2"/><rect x="4" y="13.2" width="6.8" height="6.8" rx="2.2"/><rect x="13.2" y="13.2" width="6.8" height="6.8" rx="2.2"/>`,
};

function icon(name, size = 22, { weight = 1.7, fill = "none", extra = "" } = {}) {
  return `<svg class="${extra}" width="${size}" height="${size}" viewBox="0 0 24 24" fill="${fill}" stroke="currentColor" ` +
    `stroke-width="${weight}" stroke-linecap="round" stroke-linejoin="round" style="flex:none">${ICONS[name]}</svg>`;
}

/** Weather pictures in colour, on a 32-unit grid. */
function sky(kind, size = 30) {
  const sun = (x, y, r) => `<circle cx="${x}" cy="${y}" r="${r}" fill="#F2C96D"/><circle cx="${x - r * 0.2}" cy="${y - r * 0.2}" r="${r * 0.68}" fill="#F8DE9B"/>`;
  const rays = [...Array(8).keys()].map((i) => `<path d="M16 3.4V6" transform="rotate(${i * 45} 16 16)" stroke="#E9B44C" stroke-width="2" stroke-linecap="round"/>`).join("");
  const cloud = (ink, y) => `<path d="M9.5 ${y + 11}A5 5 0 0 1 9.6 ${y + 1.2}A7 7 0 0 1 22.6 ${y + 1}A5 5 0 0 1 23 ${y + 11}Z" fill="${ink}"/>`;
  const shapes = {
    sun: rays + sun(16, 16, 7),
    partly: sun(21, 11.5, 6.4) + cloud("#C9D5BE", 12.5),
    cloud: `<g transform="translate(4 -4) scale(.86)">${cloud("#DDE3CB", 11)}</g>` + cloud("#BECBB2", 12),
    rain: cloud("#AEBFA8", 7) + `<path d="M11 22L9.8 25.4M16.4 22L15.2 25.4M21.8 22L20.6 25.4" stroke="#436850" stroke-width="2" stroke-linecap="round"/>`,
  };
  return `<svg width="${size}" height="${size}" viewBox="0 0 32 32">${shapes[kind]}</svg>`;
}
