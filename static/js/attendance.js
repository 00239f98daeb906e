/* The attendance of a class: cells that cycle √ / 假 / empty by tap or space, arrow keys that move, a button that
   fills a column, a head that counts it, and a button that takes the last step back. Each row is one field of the
   form (p, l or - for each half-day); unchanged rows are not sent. */
(function () {
  "use strict";
  var form = document.getElementById("marks");
  if (!form) {
    return;
  }
  var SIGNS = ["", "√", "假"];
  var CODES = { "": "-", "√": "p", "假": "l" };
  var SIGN_OF = { "-": "", p: "√", l: "假" };
  var MOST_STEPS = 200;
  var PRESENT = /^[√✓✔☑vVyY1到p]$/;
  var LEAVE = /^[假2lL]$/;
  var rows = Array.prototype.slice.call(form.querySelectorAll("tr[data-row]"));
  var totals = Array.prototype.slice.call(form.querySelectorAll("[data-total]"));
  var said = form.querySelector("[data-changed]");
  var back = form.querySelector("[data-undo]");
  var steps = [];
  var sending = false;

  function cells(row) {
    return Array.prototype.slice.call(row.querySelectorAll("input.mark"));
  }

  function field(row) {
    return row.querySelector("input[type=hidden]");
  }

  function isChanged(row) {
    var own = field(row);
    return own.value !== own.getAttribute("data-was") || own.hasAttribute("data-typed");
  }

  function show(row) {
    var present = 0;
    field(row).value = cells(row).map(function (cell) {
      present += cell.value === "√" ? 1 : 0;
      cell.classList.toggle("is-leave", cell.value === "假");
      return CODES[cell.value];
    }).join("");
    row.querySelector("[data-count]").textContent = present;
    row.classList.toggle("is-changed", isChanged(row));
  }

  function tell() {
    var count = rows.filter(isChanged).length;
    said.textContent = count ? said.getAttribute("data-one").replace("{count}", count) : "";
    totals.forEach(function (total, at) {
      total.textContent = rows.filter(function (row) { return field(row).value[at] === "p"; }).length;
    });
    back.disabled = !steps.length;
  }

  function stand() {
    return rows.map(function (row) { return field(row).value; });
  }

  /* Call it before a step: what stands now can be brought back. Whoever goes on by hand has kept what he pasted. */
  function remember(cell) {
    var now = stand();
    if (!steps.length || steps[steps.length - 1].join() !== now.join()) {
      steps.push(now);
      steps = steps.slice(-MOST_STEPS);
    }
    if (cell) {
      cell.dispatchEvent(new Event("beforeinput", { bubbles: true }));
    }
  }

  function takeBack() {
    var now = stand().join();
    var before = steps.pop();
    while (before && before.join() === now) {
      before = steps.pop();
    }
    (before || []).forEach(function (value, y) {
      if (value !== field(rows[y]).value) {
        cells(rows[y]).forEach(function (cell, x) { cell.value = SIGN_OF[value[x]]; });
        show(rows[y]);
      }
    });
    tell();
    form.dispatchEvent(new CustomEvent("grid-undone", { bubbles: true }));
  }

  function put(cell, sign) {
    cell.value = sign;
    show(cell.closest("tr"));
    tell();
  }

  function write(cell, sign) {
    if (cell.value !== sign) {
      remember(cell);
      put(cell, sign);
    }
  }

  function next(sign) {
    return SIGNS[(SIGNS.indexOf(sign) + 1) % SIGNS.length];
  }

  function move(cell, down, across) {
    var row = cell.closest("tr");
    var y = rows.indexOf(row) + down;
    var x = cells(row).indexOf(cell) + across;
    var there = rows[y] && cells(rows[y])[x];
    if (there) {
      there.focus();
      there.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }

  var MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Enter: [1, 0] };

  form.addEventListener("keydown", function (event) {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z") {
      event.preventDefault();
      event.stopPropagation();
      takeBack();
      return;
    }
    var cell = event.target.closest("input.mark");
    if (!cell || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) {
      return;
    }
    var way = MOVES[event.key];
    if (way) {
      event.preventDefault();
      move(cell, way[0], way[1]);
    } else if (event.key === " " || event.key === "Spacebar") {
      event.preventDefault();
      write(cell, next(cell.value));
    } else if (event.key === "Delete" || event.key === "Backspace" || event.key === "0") {
      event.preventDefault();
      write(cell, "");
    } else if (PRESENT.test(event.key) || LEAVE.test(event.key)) {
      event.preventDefault();
      write(cell, PRESENT.test(event.key) ? "√" : "假");
    }
  });

  form.addEventListener("click", function (event) {
    var cell = event.target.closest("input.mark");
    if (cell) {
      write(cell, next(cell.value));
      return;
    }
    if (event.target.closest("[data-undo]")) {
      takeBack();
      return;
    }
    var button = event.target.closest("[data-fill]");
    if (button) {
      var at = Number(button.getAttribute("data-fill"));
      remember(button);
      rows.forEach(function (row) {
        var one = cells(row)[at];
        if (one.value === "") {
          one.value = "√";
          show(row);
        }
      });
      tell();
    }
  });

  /* A pasted block is one step. */
  form.addEventListener("grid-paste", function () {
    remember(null);
  });

  /* What is pasted or comes from an input method: the signs that offices write. */
  form.addEventListener("input", function (event) {
    var cell = event.target.closest("input.mark");
    if (cell) {
      var sign = cell.value.trim();
      put(cell, PRESENT.test(sign) ? "√" : LEAVE.test(sign) ? "假" : "");
    }
  });

  form.addEventListener("submit", function () {
    sending = true;
    rows.forEach(function (row) {
      field(row).disabled = !isChanged(row);
    });
  });

  /* Back from the next page, everything can be sent again. */
  window.addEventListener("pageshow", function () {
    sending = false;
    rows.forEach(function (row) {
      field(row).disabled = false;
    });
  });

  window.addEventListener("beforeunload", function (event) {
    if (!sending && rows.some(isChanged)) {
      event.preventDefault();
      event.returnValue = form.getAttribute("data-unsaved");
    }
  });

  rows.forEach(function (row) {
    var own = field(row);
    own.setAttribute("data-was", own.value);
    show(row);
  });
  tell();
})();
