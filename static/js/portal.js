/* What every page of the site and the admin needs: the CSRF header, a word after each exchange, and
   small behaviors declared by data attributes. No inline handlers, no eval; Chromium 86 and iOS 13. */
(function () {
  "use strict";

  function told(name) {
    var meta = document.querySelector('meta[name="' + name + '"]');
    return meta ? meta.content : "";
  }

  function token() {
    return told("csrf-token");
  }

  document.addEventListener("htmx:configRequest", function (event) {
    event.detail.headers["X-CSRFToken"] = token();
  });

  /* A form that was refused takes the eye, and the screen reader, to its first fault; in a part that was exchanged,
     which may stand scrolled far down, to what is said of the form as a whole. */
  function toFault(place, whole) {
    var fault =
      place &&
      place.querySelector &&
      (place.querySelector(".is-invalid, [aria-invalid=true]") || (whole && place.querySelector(whole)));
    if (fault) {
      fault.focus({ preventScroll: true });
      fault.scrollIntoView({ block: "center" });
    }
  }
  document.addEventListener("htmx:afterSwap", function (event) {
    toFault(event.target, ".alert-danger");
  });
  document.addEventListener("DOMContentLoaded", function () {
    toFault(document.querySelector("main"));
  });

  function say(text) {
    var live = document.getElementById("live");
    if (live) {
      live.textContent = text;
    }
  }

  /* The line is down, or the server could not answer: say so in the place that asked. */
  function failed(event) {
    var place = event.detail.elt.closest("[data-failed]");
    var text = place ? place.getAttribute("data-failed") : told("failed");
    say(text);
    show(text);
  }
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:timeout", failed);
  document.addEventListener("htmx:responseError", failed);

  function show(text) {
    var main = document.getElementById("main") || document.body;
    var old = document.getElementById("failed-note");
    var box = old || document.createElement("div");
    box.id = "failed-note";
    box.className = "note note-bad";
    box.setAttribute("role", "alert");
    box.textContent = text;
    if (!old) {
      main.insertBefore(box, main.firstChild);
    }
  }
  document.addEventListener("htmx:afterOnLoad", function (event) {
    var note = document.getElementById("failed-note");
    if (note && event.detail.successful) {
      note.remove();
    }
  });

  /* Chinese typing: while letters are being composed, Enter chooses a word and nothing else, and
     neither autosave nor live search starts. */
  var composing = false;
  document.addEventListener("compositionstart", function () {
    composing = true;
  });
  document.addEventListener("compositionend", function (event) {
    composing = false;
    event.target.dispatchEvent(new CustomEvent("composed", { bubbles: true }));
  });
  document.addEventListener(
    "keydown",
    function (event) {
      var field = event.target;
      if (event.key === "Enter" && (composing || event.isComposing || event.keyCode === 229)) {
        event.stopPropagation();
        if (field.tagName === "INPUT") {
          event.preventDefault();
        }
      }
    },
    true
  );
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (composing && event.detail.requestConfig.triggeringEvent && event.detail.elt.closest("[data-composed]")) {
      event.preventDefault();
    }
  });

  /* One press, one request: a plain form's button rests until the page has gone. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.hasAttribute("data-again") || form.method.toLowerCase() !== "post") {
      return;
    }
    if (form.getAttribute("data-sent") === "1") {
      event.preventDefault();
      return;
    }
    form.setAttribute("data-sent", "1");
    window.setTimeout(function () {
      form.removeAttribute("data-sent");
    }, 5000);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      form.removeAttribute("data-sent");
    });
  });

  document.addEventListener("click", function (event) {
    var printer = event.target.closest("[data-print]");
    if (printer) {
      event.preventDefault();
      window.print();
    }
    document.querySelectorAll("details.site-menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) {
        menu.open = false;
      }
    });
  });

  /* A list that submits itself when a filter changes; without scripts its button does. */
  document.addEventListener("change", function (event) {
    var field = event.target.closest("[data-submit-on-change]");
    if (field && field.form) {
      field.form.submit();
    }
  });

  window.portal = { csrf: token, say: say, isComposing: function () { return composing; } };
})();
