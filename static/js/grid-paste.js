/* A block copied in Excel or WPS, spread over a table of fields: <table data-paste-grid> with inputs or selects in
   its cells. It starts at the cell that has the focus; cells without a field, and fields that may not be changed, keep
   what they have. The bar of components/paste_grid.html says how many cells were filled, and takes it back once.

   data-paste-words='{"到": "√"}' on the table: all that its cells take, and what it becomes. data-paste-row="name" on
   each row: a block that brings names is put by them, whatever its order and the columns between. */
(function () {
  "use strict";
  if (window.portalGridPaste) {
    return;
  }
  window.portalGridPaste = true;

  var FIELD = "input:not([type=hidden]), select, textarea";
  var YES = /^(√|✓|✔|☑|v|y|yes|true|1|x|是|到|有|对)$/i;
  var MOST_NAMES = 8;
  var last = null;

  /* Cells parted by tabs, rows by line breaks; a cell with either stands in quotes, its own quotes doubled. */
  function cells(text) {
    var rows = [[]], cell = "", at = 0, quoted = false, start = true;
    for (; at < text.length; at += 1) {
      var sign = text[at];
      if (quoted) {
        if (sign === '"' && text[at + 1] === '"') {
          cell += '"';
          at += 1;
        } else if (sign === '"') {
          quoted = false;
        } else {
          cell += sign;
        }
      } else if (sign === '"' && start && closes(text, at)) {
        quoted = true;
        start = false;
      } else if (sign === "\t" || sign === "\n") {
        rows[rows.length - 1].push(cell);
        cell = "";
        start = true;
        if (sign === "\n") {
          rows.push([]);
        }
      } else {
        cell += sign;
        start = false;
      }
    }
    rows[rows.length - 1].push(cell);
    if (rows.length > 1 && rows[rows.length - 1].join("") === "") {
      rows.pop();
    }
    return rows;
  }

  /* A quote opens a cell only where another one ends it: 5" at the start of a text is no opening. */
  function closes(text, at) {
    for (var end = at + 1; end < text.length; end += 1) {
      if (text[end] === '"') {
        if (text[end + 1] === '"') {
          end += 1;
        } else {
          return end + 1 === text.length || text[end + 1] === "\t" || text[end + 1] === "\n";
        }
      }
    }
    return false;
  }

  /* The cells of a row by the columns they stand in: a wide cell takes several, a tall one also those below. */
  function layout(table) {
    var grid = [];
    var rows = Array.prototype.filter.call(table.rows, function (row) {
      return row.parentNode.nodeName === "TBODY" && !row.hidden && row.offsetParent !== null;
    });
    rows.forEach(function (row, y) {
      var x = 0;
      grid[y] = grid[y] || [];
      Array.prototype.forEach.call(row.cells, function (cell) {
        while (grid[y][x]) {
          x += 1;
        }
        for (var down = 0; down < cell.rowSpan && y + down < rows.length; down += 1) {
          grid[y + down] = grid[y + down] || [];
          for (var across = 0; across < cell.colSpan; across += 1) {
            grid[y + down][x + across] = cell;
          }
        }
      });
    });
    return grid;
  }

  function place(grid, cell) {
    for (var y = 0; y < grid.length; y += 1) {
      var x = grid[y].indexOf(cell);
      if (x >= 0) {
        return { y: y, x: x };
      }
    }
    return null;
  }

  function plainName(text) {
    return (text || "").replace(/\s+/g, "");
  }

  /* The rows of a grid by their names; -1 where two share one. */
  function byName(grid) {
    var named = Object.create(null);
    grid.forEach(function (row, y) {
      var name = row[0].parentNode.getAttribute("data-paste-row");
      if (name) {
        name = plainName(name);
        named[name] = named[name] === undefined ? y : -1;
      }
    });
    return named;
  }

  /* Which texts go to which row: {placed: [{y, texts}], strangers: [names]}; null for a block that begins with a column
     that is neither names of this table nor anything for this cell: everything after it would stand one cell too far. */
  function arrange(table, grid, from, block) {
    var named = byName(grid), taken = [], placed = [], strangers = [], width = 0, at = -1;
    var head = table.tHead ? plainName(table.tHead.rows[0].cells[0].textContent) : "";

    function target(row) {
      var y = named[plainName(row[at])];
      return y === undefined ? -1 : y;
    }

    function isStrange(column) {
      var field = ((grid[from.y] || [])[from.x] || table).querySelector(FIELD);
      var texts = block.filter(function (row) { return at < 0 || target(row) >= 0; })
        .map(function (row) { return (row[column] || "").trim(); }).filter(Boolean);
      return texts.length > 0 && !texts.some(function (text) { return isTick(field) || fitting(field, text) !== null; });
    }

    if (Object.keys(named).length) {
      block.forEach(function (row) { width = Math.max(width, row.length); });
      for (var column = 0; column < width && at < 0; column += 1) {
        if (block.some(function (row) { return named[plainName(row[column])] !== undefined; })) {
          at = column;
        }
      }
      if (at < 0 && width > 1 && isStrange(0)) {
        return null;
      }
    }
    if (at < 0) {
      return { placed: block.map(function (row, down) { return { y: from.y + down, texts: row }; }), strangers: [] };
    }
    var first = at + 1;
    while (first < width && isStrange(first)) {
      first += 1;
    }
    block.forEach(function (row) {
      var y = target(row), name = plainName(row[at]);
      if (y >= 0 && taken.indexOf(y) < 0) {
        taken.push(y);
        placed.push({ y: y, texts: row.slice(first) });
      } else if (name && name !== head && !/姓名$/.test(name)) {
        strangers.push(row[at].trim());
      }
    });
    return { placed: placed, strangers: strangers };
  }

  function isClosed(field) {
    return field.disabled || field.readOnly || field.type === "file" || field.type === "password" ||
      field.getAttribute("aria-readonly") === "true";
  }

  function isTick(field) {
    return field.type === "checkbox" || field.type === "radio";
  }

  function wordsOf(field) {
    var words = field.nodeName === "INPUT" && field.closest("table").getAttribute("data-paste-words");
    return words ? JSON.parse(words) : null;
  }

  function twoDigits(number) {
    return (number.length < 2 ? "0" : "") + number;
  }

  /* What the text is in this field; null where it does not fit. */
  function fitting(field, text) {
    var plain = text.replace(/\s+/g, " ").trim();
    var words = wordsOf(field), folded = plain.normalize("NFKC");
    if (words) {
      var known = [plain, folded].filter(function (word) { return Object.prototype.hasOwnProperty.call(words, word); });
      return plain === "" ? "" : known.length ? words[known[0]] : null;
    }
    if (field.nodeName === "SELECT") {
      var found = Array.prototype.find.call(field.options, function (option) {
        var also = (option.getAttribute("data-paste") || "").split("|");
        return !option.disabled && (option.value === plain || option.text.trim() === plain || (plain !== "" && also.indexOf(plain) >= 0));
      });
      return found ? found.value : null;
    }
    if (field.type === "date") {
      var day = folded.match(/^(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?$/) || folded.match(/^(\d{4})(\d{2})(\d{2})$/);
      return day ? [day[1], twoDigits(day[2]), twoDigits(day[3])].join("-") : plain === "" ? "" : null;
    }
    if (field.type === "number") {
      var number = folded.replace(/[, ]/g, "");
      var tooMuch = field.max !== "" && Number(number) > Number(field.max);
      return /^(-?\d+(\.\d+)?)?$/.test(number) && !tooMuch ? number : null;
    }
    var value = field.nodeName === "TEXTAREA" ? text : plain;
    return field.maxLength > 0 && value.length > field.maxLength ? null : value;
  }

  function tell(field) {
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function put(field, text, undo) {
    if (isTick(field)) {
      var ticked = YES.test(text.trim());
      if (field.checked !== ticked) {
        undo.push({ field: field, checked: field.checked });
        field.checked = ticked;
        tell(field);
      }
      return true;
    }
    var value = fitting(field, text);
    if (value === null) {
      return false;
    }
    var before = field.value;
    if (before !== value) {
      field.value = value;
      /* A day that does not exist is no value of a date field: it empties itself. */
      if (value !== "" && field.value === "") {
        field.value = before;
        return false;
      }
      undo.push({ field: field, value: before });
      tell(field);
    }
    return true;
  }

  function bar(table) {
    var id = table.getAttribute("data-paste-grid");
    return id ? document.getElementById(id) : table.parentNode.parentNode.querySelector("[data-paste-bar]");
  }

  function say(table, name, filled, skipped, strangers) {
    var box = bar(table);
    var line = box && box.querySelector("[data-paste-said]");
    if (line) {
      var text = name ? box.getAttribute(skipped ? name + "-left" : name) : "";
      line.textContent = (text || "").replace("{filled}", filled).replace("{left}", skipped);
      if (strangers && strangers.length) {
        var names = strangers.slice(0, MOST_NAMES).join("、") + (strangers.length > MOST_NAMES ? " …" : "");
        line.textContent += " " + box.getAttribute("data-strangers").replace("{names}", names);
      }
      box.querySelector("[data-paste-undo]").hidden = !last || last.table !== table;
    }
  }

  function unmark(table) {
    table.querySelectorAll(".pasted-cell, .unpasted-cell").forEach(function (cell) {
      cell.classList.remove("pasted-cell", "unpasted-cell");
    });
  }

  function spread(table, field, block) {
    var from = place(layout(table), field.closest("td, th"));
    /* A page that can may make room first. */
    table.dispatchEvent(new CustomEvent("grid-paste", { bubbles: true, detail: { rows: from.y + block.length } }));
    var grid = layout(table), undo = [], seen = [], filled = 0, skipped = 0;
    var sorted = arrange(table, grid, from, block);
    unmark(table);
    last = null;
    if (!sorted) {
      say(table, "data-refused", 0, 0);
      return;
    }
    sorted.placed.forEach(function (line) {
      line.texts.forEach(function (text, across) {
        var cell = (grid[line.y] || [])[from.x + across];
        var one = cell && cell.querySelector(FIELD);
        if (cell && seen.indexOf(cell) >= 0) {
          return;
        }
        seen.push(cell);
        if (one && !isClosed(one) && put(one, text, undo)) {
          filled += 1;
          cell.classList.add("pasted-cell");
        } else if (text.trim() !== "") {
          skipped += 1;
          if (one) {
            cell.classList.add("unpasted-cell");
          }
        }
      });
    });
    last = { table: table, undo: undo };
    say(table, "data-filled", filled, skipped, sorted.strangers);
  }

  function takeBack() {
    if (!last) {
      return;
    }
    var before = last;
    last = null;
    before.undo.reverse().forEach(function (step) {
      if (step.checked === undefined) {
        step.field.value = step.value;
      } else {
        step.field.checked = step.checked;
      }
      tell(step.field);
    });
    undone(before.table);
  }

  function undone(table) {
    last = null;
    unmark(table);
    say(table, "data-undone", 0, 0);
  }

  /* The table of a text that brings no plain text beside it. */
  function tableOf(html) {
    var table = new DOMParser().parseFromString(html, "text/html").querySelector("table");
    return table && Array.prototype.map.call(table.rows, function (row) {
      return Array.prototype.map.call(row.cells, function (cell) { return cell.textContent; });
    });
  }

  /* Two-way cells, numbers and days have ways of writing that the browser does not know. */
  function isPlain(field) {
    return field.nodeName === "INPUT" && !isTick(field) && !wordsOf(field) && ["number", "date"].indexOf(field.type) < 0;
  }

  document.addEventListener("paste", function (event) {
    var field = event.target.closest && event.target.closest(FIELD);
    var table = field && field.closest("table[data-paste-grid]");
    if (!table || !event.clipboardData) {
      return;
    }
    var text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n");
    var block = text ? cells(text) : tableOf(event.clipboardData.getData("text/html"));
    /* One value into one field of text is the browser's own work. */
    if (!block || (!/[\t\n]/.test(text.replace(/\n$/, "")) && text && isPlain(field))) {
      return;
    }
    event.preventDefault();
    spread(table, field, block);
  });

  /* A page with an undo of its own has taken the block back. */
  document.addEventListener("grid-undone", function (event) {
    if (last && event.target.contains(last.table)) {
      undone(last.table);
    }
  });

  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("[data-paste-undo]")) {
      takeBack();
    }
  });

  document.addEventListener("keydown", function (event) {
    var inside = last && last.table.contains(event.target);
    if (inside && (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z") {
      event.preventDefault();
      takeBack();
    }
  });

  /* Once people type on, taking back the block would take back their words too. */
  document.addEventListener("beforeinput", function (event) {
    if (last && last.table.contains(event.target)) {
      say(last.table, "", 0, 0);
      last.table.querySelectorAll(".pasted-cell").forEach(function (cell) { cell.classList.remove("pasted-cell"); });
      last = null;
      var box = bar(event.target.closest("table"));
      if (box) {
        box.querySelector("[data-paste-undo]").hidden = true;
      }
    }
  });
})();
