/* A table of rows to fill in that grows: <table data-grow="100" data-rows-field="rows">, the most rows and the name of
   the field that counts them. Rows are added by a button (data-more-rows) and where a pasted block needs them. */
(function () {
  "use strict";

  function blank(row, number) {
    var copy = row.cloneNode(true);
    copy.querySelectorAll(".cell-error").forEach(function (error) { error.remove(); });
    copy.querySelectorAll(".pasted-cell, .unpasted-cell").forEach(function (cell) {
      cell.classList.remove("pasted-cell", "unpasted-cell");
    });
    copy.querySelectorAll("input, select, textarea").forEach(function (field) {
      field.name = field.name.replace(/^r\d+-/, "r" + number + "-");
      field.id = field.id.replace(/^id_r\d+-/, "id_r" + number + "-");
      field.setAttribute("aria-label", field.getAttribute("aria-label").replace(/^\d+/, number + 1));
      ["aria-invalid", "aria-describedby", "value"].forEach(function (name) { field.removeAttribute(name); });
      field.classList.remove("is-invalid");
      field.value = "";
    });
    copy.cells[0].textContent = number + 1;
    return copy;
  }

  function grow(table, wanted) {
    var body = table.tBodies[0];
    var most = Math.min(wanted, Number(table.getAttribute("data-grow")));
    while (body.rows.length < most) {
      body.appendChild(blank(body.rows[body.rows.length - 1], body.rows.length));
    }
    table.closest("form").elements[table.getAttribute("data-rows-field")].value = body.rows.length;
    var button = table.closest("form").querySelector("[data-more-rows]");
    button.hidden = body.rows.length >= Number(table.getAttribute("data-grow"));
  }

  document.addEventListener("grid-paste", function (event) {
    var table = event.target.closest("table[data-grow]");
    if (table) {
      grow(table, event.detail.rows);
    }
  });

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-more-rows]");
    var table = button && button.closest("form").querySelector("table[data-grow]");
    if (table) {
      var before = table.tBodies[0].rows.length;
      grow(table, before + Number(button.getAttribute("data-more-rows")));
      table.tBodies[0].rows[before].querySelector("input").focus();
    }
  });
})();
