// A click on a column's head sorts its table; numbers sort by their exact value. Before printing, folds open.
document.querySelectorAll("table.sortable").forEach(table => {
  const heads = [...table.tHead.rows[0].cells];
  const value = (row, column) => row.cells[column].dataset.value ?? row.cells[column].textContent;
  const compare = (a, b) => a !== "" && b !== "" && !isNaN(a) && !isNaN(b) ? a - b : a.localeCompare(b);
  heads.forEach((head, column) => head.addEventListener("click", () => {
    const order = head.dataset.order === "1" ? -1 : 1;
    heads.forEach(other => delete other.dataset.order);
    head.dataset.order = order;
    const rows = [...table.tBodies[0].rows].sort((a, b) => order * compare(value(a, column), value(b, column)));
    table.tBodies[0].append(...rows);
  }));
});
addEventListener("beforeprint", () => document.querySelectorAll("details.table").forEach(fold => (fold.open = true)));
