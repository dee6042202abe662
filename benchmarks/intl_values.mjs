// Writes tests/values/data/intl.json: what Node's Intl (ICU) writes for each kind of value in every locale of the stores.
//
//     python -c "from locstore.stores import locales; print(*sorted({l.babel for l in locales()}))" |
//         xargs node benchmarks/intl_values.mjs > tests/values/data/intl.json
//
// The file holds the versions of Node, ICU and CLDR that wrote it. Run it again when icu4py brings another CLDR.

const NUMBERS = [0, 7, 1234, 1999, 12345, 1234567, -1234, 2.5, -0.75];
const COMPACT = [950, 1000, 1250, 12000, 12345, 99999, 999999, 1500000, -12000];
const MONEY = [[1999, "EUR"], [4.99, "USD"], [-4.99, "USD"], [500, "JPY"], [1234567.5, "INR"], [120, "CHF"]];
const WHOLE_MONEY = [[1999, "EUR"], [120.5, "USD"]];
const SHARES = [0.97, 1, -0.05, 12.5];
const DAYS = ["2026-03-05", "2026-12-24"];
const COUNTS = [0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 14, 20, 21, 22, 25, 99, 100, 101, 102, 103, 111, 121, 1000, 1000000];

const all = {};
for (const code of process.argv.slice(2)) {
  const tag = code.replaceAll("_", "-");
  const number = (options) => new Intl.NumberFormat(tag, options);
  const money = (currency, more) => number({ style: "currency", currency, ...more });
  const day = (text, dateStyle) =>
    new Intl.DateTimeFormat(tag, { dateStyle, timeZone: "UTC" }).format(new Date(`${text}T12:00:00Z`));
  const rows = [];
  for (const n of NUMBERS) rows.push(["number", n, number().format(n)]);
  for (const n of [1234.5, 2.5, 1999]) rows.push(["number 0", n, number({ minimumFractionDigits: 0, maximumFractionDigits: 0 }).format(n)]);
  for (const n of [1234.5, 1999]) rows.push(["number 2", n, number({ minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(n)]);
  for (const n of COMPACT) {
    rows.push(["compact short", n, number({ notation: "compact" }).format(n)]);
    rows.push(["compact long", n, number({ notation: "compact", compactDisplay: "long" }).format(n)]);
  }
  rows.push(["compact short 1", 12345, number({ notation: "compact", maximumFractionDigits: 1 }).format(12345)]);
  for (const [n, currency] of MONEY) rows.push([`currency ${currency}`, n, money(currency).format(n)]);
  for (const [n, currency] of WHOLE_MONEY) {
    rows.push([`currency ${currency} 0`, n, money(currency, { minimumFractionDigits: 0, maximumFractionDigits: 0 }).format(n)]);
  }
  for (const n of SHARES) rows.push(["percent", n, number({ style: "percent" }).format(n)]);
  rows.push(["percent 1", 0.975, number({ style: "percent", minimumFractionDigits: 1 }).format(0.975)]);
  for (const text of DAYS) for (const style of ["short", "medium", "long", "full"]) rows.push([`date ${style}`, text, day(text, style)]);
  const rules = new Intl.PluralRules(tag);
  all[code] = { rows, plurals: COUNTS.map((n) => [n, rules.select(n)]) };
}
const { node, icu, cldr } = process.versions;
const lines = Object.entries(all).map(([code, value]) => `${JSON.stringify(code)}: ${JSON.stringify(value)}`);
process.stdout.write(`{"versions": ${JSON.stringify({ node, icu, cldr })}, "locales": {\n${lines.join(",\n")}\n}}\n`);
