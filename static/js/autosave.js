/* Saves a draft while it is being filled in: one request per change with the whole form.
   The form holds templates/formbuilder/autosave.html; the server answers with the event draft-saved or
   draft-conflict. While a word is being composed (Chinese typing) nothing is sent. */
(function () {
  "use strict";

  var PAUSE = 900;
  var timers = new WeakMap();
  var saved = new WeakSet();

  function saver(form) {
    return form && form.querySelector("[data-autosave]");
  }

  function nameOf(field) {
    var box = field.closest("[data-field]");
    return box ? box.getAttribute("data-field") : field.name || "";
  }

  function save(form, field) {
    saved.add(form);
    window.clearTimeout(timers.get(form));
    form.querySelector("[data-changed]").value = nameOf(field);
    window.htmx.trigger(form, "autosave");
  }

  function counts(event) {
    var field = event.target;
    var form = field.form || field.closest("form");
    return saver(form) && field.type !== "file" && !event.isComposing && !window.portal.isComposing() ? form : null;
  }

  document.addEventListener("change", function (event) {
    var form = counts(event);
    if (form) {
      save(form, event.target);
    }
  });

  document.addEventListener("input", function (event) {
    var form = counts(event);
    if (!form || /^(radio|checkbox|select-one)$/.test(event.target.type)) {
      return; // their change event follows at once
    }
    window.clearTimeout(timers.get(form));
    timers.set(form, window.setTimeout(function () { save(form, event.target); }, PAUSE));
  });

  /* The end of a composition is a change of its own: some browsers send no input event after it. */
  document.addEventListener("composed", function (event) {
    var form = event.target.form;
    if (saver(form)) {
      window.clearTimeout(timers.get(form));
      timers.set(form, window.setTimeout(function () { save(form, event.target); }, PAUSE));
    }
  });

  function isChanged(field) {
    if (!field.closest("[data-field]") || field.type === "file" || field.type === "hidden") {
      return false;
    }
    if (field.type === "radio" || field.type === "checkbox") {
      return field.checked !== field.defaultChecked;
    }
    if (field.tagName === "SELECT") {
      return Array.prototype.some.call(field.options, function (option, index) {
        return option.selected && !option.defaultSelected && index > 0;
      });
    }
    return "defaultValue" in field && field.value !== field.defaultValue;
  }

  /* What was typed before the scripts stood, as on a slow phone, is saved as soon as they do. */
  window.addEventListener("load", function () {
    document.querySelectorAll("form").forEach(function (form) {
      if (!saver(form) || saved.has(form) || window.portal.isComposing()) {
        return;
      }
      var early = Array.prototype.find.call(form.elements, isChanged);
      if (early) {
        save(form, early);
      }
    });
  });

  function boxOf(form, name) {
    return form.querySelector('[data-field="' + window.CSS.escape(name) + '"]');
  }

  function note(form, name, text, failed) {
    var box = boxOf(form, name);
    var place = box && box.querySelector("[data-saved]");
    if (place) {
      place.textContent = text;
      place.classList.toggle("saved-failed", failed);
    }
  }

  function showErrors(form, errors, changed) {
    form.querySelectorAll("[data-field]").forEach(function (box) {
      var name = box.getAttribute("data-field");
      var place = box.querySelector("[data-error]");
      var texts = errors[name];
      if (!place || (texts && name !== changed && place.hidden)) {
        return; // a field that nobody has touched yet is not scolded
      }
      place.textContent = texts ? texts.join(" ") : "";
      place.hidden = !texts;
      place.classList.toggle("d-block", Boolean(texts));
    });
  }

  document.addEventListener("draft-saved", function (event) {
    var form = event.target.closest("form");
    var detail = event.detail;
    if (!form) {
      return;
    }
    form.querySelector("[data-rev]").value = detail.rev;
    form.querySelectorAll("[data-field], [data-group]").forEach(function (box) {
      var name = box.getAttribute("data-field") || box.getAttribute("data-group");
      var inRow = box.closest("[data-row]");
      if (!inRow || detail.rows.indexOf(name.replace(/-[^-]*$/, "")) >= 0) {
        box.hidden = detail.visible.indexOf(name) < 0;
      }
    });
    Object.keys(detail.capitals).forEach(function (name) {
      var box = boxOf(form, name);
      var place = box && box.querySelector("[data-capitals]");
      if (place) {
        place.textContent = detail.capitals[name];
      }
    });
    showErrors(form, detail.errors, detail.field);
    note(form, detail.field, detail.errors[detail.field] ? "" : detail.note, false);
    form.dispatchEvent(new CustomEvent("form-changed", { bubbles: true }));
  });

  document.addEventListener("draft-conflict", function (event) {
    var form = event.target.closest("form");
    var box = form && form.querySelector("[data-conflict]");
    if (box) {
      box.querySelector("[data-conflict-text]").textContent = event.detail.message;
      box.hidden = false;
      box.scrollIntoView({ block: "nearest" });
    }
  });

  /* The session has ended: leaving for the login page at once would take away what was just typed. */
  document.addEventListener("htmx:beforeOnLoad", function (event) {
    var element = event.detail.elt;
    var login = event.detail.xhr.getResponseHeader("HX-Redirect");
    if (!login || !element.hasAttribute("data-autosave")) {
      return;
    }
    event.preventDefault();
    var box = element.closest("form").querySelector("[data-conflict]");
    var link = box.querySelector("[data-login]");
    box.querySelector("[data-conflict-text]").textContent = element.getAttribute("data-expired");
    link.href = login;
    link.hidden = false;
    box.hidden = false;
    box.scrollIntoView({ block: "nearest" });
  });

  /* The line is down: say so under the field, and try again when it is back. */
  var waiting = [];
  document.addEventListener("htmx:sendError", function (event) {
    var element = event.detail.elt;
    if (!element.hasAttribute("data-autosave")) {
      return;
    }
    var form = element.closest("form");
    note(form, form.querySelector("[data-changed]").value, element.getAttribute("data-unsaved"), true);
    if (waiting.indexOf(form) < 0) {
      waiting.push(form);
    }
  });
  window.addEventListener("online", function () {
    waiting.splice(0).forEach(function (form) { window.htmx.trigger(form, "autosave"); });
  });

  /* A file that was uploaded or removed is a change of the form too. */
  document.addEventListener("files-changed", function (event) {
    var form = event.target.closest("form");
    if (saver(form)) {
      save(form, event.target);
    }
  });
})();
