/* Forms of the engine: repeated rows, tiles of files, places suggested while typing. */
(function () {
  "use strict";

  function total(group) {
    return group.querySelector("[data-total]");
  }

  function newId() {
    var bytes = window.crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    var hex = Array.prototype.map.call(bytes, function (b) { return ("0" + b.toString(16)).slice(-2); }).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  function addRow(group) {
    var rows = group.querySelector("[data-rows]");
    if (rows.children.length >= Number(group.getAttribute("data-max"))) {
      return;
    }
    var number = Number(total(group).value);
    var copy = group.querySelector("template").content.firstElementChild.cloneNode(true);
    copy.querySelectorAll("*").forEach(function (element) {
      ["id", "name", "for", "data-field", "list", "aria-describedby", "hx-vals"].forEach(function (attribute) {
        var value = element.getAttribute(attribute);
        if (value && value.indexOf("__n__") >= 0) {
          element.setAttribute(attribute, value.replace(/__n__/g, number));
        }
      });
    });
    copy.querySelector('input[name$="-row"]').value = newId();
    rows.appendChild(copy);
    total(group).value = number + 1;
    window.htmx.process(copy);
    var first = copy.querySelector("input:not([type=hidden]), select, textarea");
    if (first) {
      first.focus();
    }
  }

  function changed(element) {
    element.dispatchEvent(new CustomEvent("files-changed", { bubbles: true }));
  }

  document.addEventListener("click", function (event) {
    var add = event.target.closest("[data-add-row]");
    if (add) {
      addRow(add.closest("[data-group]"));
    }
    var remove = event.target.closest("[data-remove-row]");
    if (remove) {
      var group = remove.closest("[data-group]");
      remove.closest("[data-row]").remove();
      changed(group);
    }
    var tile = event.target.closest("[data-remove-tile]");
    var box = tile && tile.closest("[data-files]");
    if (box) {
      var one = tile.closest(".tile");
      (one.parentElement.tagName === "LI" ? one.parentElement : one).remove();
      changed(box);
    }
  });

  /* An upload ended: the tile is in the page, the picker is free for the next photo. */
  document.addEventListener("htmx:afterRequest", function (event) {
    var picker = event.detail.elt;
    if (picker && picker.hasAttribute && picker.hasAttribute("data-upload")) {
      picker.value = "";
      if (event.detail.successful) {
        changed(picker);
      }
    }
  });
})();
