// What the page does beyond standing there: tables sort and filter, figures show where they come from when a reader
// points at them and lead there when followed, and everything unfolds for the printer. Nothing is fetched.
"use strict";

// A click on a column's head sorts its table; numbers sort by their exact value.
const cellText = cell => (cell === undefined ? "" : cell.dataset.value ?? cell.textContent.replace(/\u202f/g, ""));
const isNumber = text => text.trim() !== "" && !isNaN(text);
const compare = (a, b) => (isNumber(a) && isNumber(b) ? a - b : a.localeCompare(b));

const sortBy = (table, column) => {
  const heads = [...table.tHead.rows[0].cells];
  const order = heads[column].dataset.order === "1" ? -1 : 1;
  heads.forEach(head => { delete head.dataset.order; head.removeAttribute("aria-sort"); });
  heads[column].dataset.order = order;
  heads[column].setAttribute("aria-sort", order === 1 ? "ascending" : "descending");
  const place = row => cellText(row.cells[column]);
  // Rows without a value stay at the end.
  const rows = [...table.tBodies[0].rows].sort((a, b) =>
    (place(a) === "") - (place(b) === "") || order * compare(place(a), place(b)));
  table.tBodies[0].append(...rows);
};

// "13", ">12", "<=30", "!=13", "=wrap", "wrap": a condition on one cell. A plain number means that number in a cell
// with a number; any other text is looked for anywhere in the cell.
const conditionOf = text => {
  const [, sign, raw] = text.trim().match(/^(<=|>=|!=|<|>|=)?\s*(.*)$/);
  const wanted = raw.trim();
  if (wanted === "") return () => true;
  const holds = { "<": d => d < 0, "<=": d => d <= 0, ">": d => d > 0, ">=": d => d >= 0, "=": d => d === 0, "!=": d => d !== 0 };
  return value => {
    if (isNumber(wanted) && isNumber(value)) return holds[sign ?? "="](value - wanted);
    const a = value.trim().toLowerCase(), b = wanted.toLowerCase();
    if (sign === undefined) return a.includes(b);
    if (sign === "=") return a === b;
    return sign === "!=" && a !== b;
  };
};

const kFilterHint = "columns: 13, >12, <=30, text";

const applyFilters = (table, anywhere, fields, count) => {
  const conditions = fields.map(field => conditionOf(field.value));
  const words = anywhere.value.trim().toLowerCase();
  let shown = 0;
  for (const row of table.tBodies[0].rows) {
    const fits = conditions.every((holds, column) => fields[column].value === "" || holds(cellText(row.cells[column])))
      && (words === "" || row.textContent.replace(/\u202f/g, "").toLowerCase().includes(words));
    row.hidden = !fits;
    shown += fits;
  }
  const all = table.tBodies[0].rows.length;
  count.textContent = shown === all ? kFilterHint : `${shown} of ${all} rows`;
};

const fieldOf = label => {
  const field = document.createElement("input");
  field.type = "search";
  field.setAttribute("aria-label", label);
  return field;
};

document.querySelectorAll("table.sortable").forEach(table => {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    head.tabIndex = 0;
    head.addEventListener("click", () => sortBy(table, column));
    head.addEventListener("keydown", event => { if (event.key === "Enter") sortBy(table, column); });
  });
  if (table.tBodies[0].rows.length < 3) return;  // nothing to choose from
  const bar = document.createElement("div");
  bar.className = "filter";
  const anywhere = fieldOf("filter rows");
  anywhere.placeholder = "filter rows";
  const count = document.createElement("span");
  count.className = "note";
  count.textContent = kFilterHint;
  bar.append(anywhere, count);
  table.parentElement.before(bar);
  const row = table.tHead.insertRow();
  row.className = "filter";
  const fields = heads.map(head => {
    const field = fieldOf(`filter ${head.textContent}`);
    row.insertCell().append(field);
    return field;
  });
  [anywhere, ...fields].forEach(field =>
    field.addEventListener("input", () => applyFilters(table, anywhere, fields, count)));
});

// Where a figure comes from: its entries in the provenance section, each a line of a step.
const idsOf = element => (element.dataset.trace ?? element.getAttribute("href").slice(1)).split(" ");
const tracedAt = target => target.closest?.("a.t, a.hit, [data-trace]");

const box = document.createElement("div");
box.id = "trace";
box.setAttribute("role", "tooltip");
box.hidden = true;
document.body.append(box);

const add = (parent, name, text, style) => {
  const child = document.createElement(name);
  child.textContent = text;
  if (style) child.className = style;
  parent.append(child);
};

const entryOf = id => {
  const part = document.createElement("section");
  const entry = document.getElementById(id);
  if (entry === null) return part;
  const step = entry.closest("details.step");
  if (entry !== step) part.append(...[...entry.childNodes].map(node => node.cloneNode(true)));
  add(part, "h4", step.querySelector("summary").textContent);
  const record = step.querySelector("table.record");
  if (record) part.append(record.cloneNode(true));
  return part;
};

const show = (element, event) => {
  box.replaceChildren();
  const label = element.getAttribute("aria-label");
  if (label) add(box, "p", label, "label");
  box.append(...idsOf(element).map(entryOf));
  add(box, "p", "click: all of it, in Provenance", "note");
  box.hidden = false;
  const at = element.getBoundingClientRect();
  const x = event?.clientX ?? at.left, y = event?.clientY ?? at.bottom;
  const left = Math.min(x + 12, document.documentElement.clientWidth - box.offsetWidth - 8);
  const above = y + 16 + box.offsetHeight > document.documentElement.clientHeight;
  box.style.left = `${Math.max(8, left)}px`;
  box.style.top = `${Math.max(8, above ? y - box.offsetHeight - 12 : y + 16)}px`;
};
const hide = () => { box.hidden = true; };

document.addEventListener("pointerover", event => {
  const element = event.pointerType === "touch" ? null : tracedAt(event.target);
  // A cell of a table with one origin: only its numbers and texts, not the space around them.
  if (element && (element.matches("a") || event.target.closest("td"))) show(element, event);
  else hide();
});
document.addEventListener("focusin", event => {
  if (event.target.matches?.("a.t:focus-visible, a.hit:focus-visible")) show(event.target); else hide();
});
document.addEventListener("keydown", event => { if (event.key === "Escape") hide(); });
addEventListener("scroll", hide, { passive: true });

// A link into a fold opens it; so does a click on a cell of a table with one origin.
const openTarget = id => {
  const target = document.getElementById(id);
  if (target === null) return;
  for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  document.querySelectorAll(".followed").forEach(element => element.classList.remove("followed"));
  target.classList.add("followed");
  target.scrollIntoView({ block: "center" });
};
document.addEventListener("click", event => {
  const link = event.target.closest("a");
  const table = event.target.closest("td") && tracedAt(event.target);
  const id = link ? (link.getAttribute("href") ?? "").replace(/^#/, "") : table ? idsOf(table)[0] : "";
  if (!link && id !== "" && !getSelection().toString()) location.hash = id;
  if ((!link || link.getAttribute("href")?.startsWith("#")) && id !== "") { hide(); setTimeout(() => openTarget(id)); }
});
addEventListener("hashchange", () => openTarget(location.hash.slice(1)));
if (location.hash.length > 1) openTarget(location.hash.slice(1));

// Paper has no folds. The figures of each point of a large sweep stay folded: hundreds of pages that the database
// and the CSV files say better.
const kMostPointsPrinted = 24;
let unfolded = [];
addEventListener("beforeprint", () => {
  const points = document.querySelectorAll("details.point").length;
  unfolded = [...document.querySelectorAll(points > kMostPointsPrinted ? "details.table, details.text" : "details")]
    .filter(fold => !fold.open);
  unfolded.forEach(fold => (fold.open = true));
});
addEventListener("afterprint", () => unfolded.forEach(fold => (fold.open = false)));
