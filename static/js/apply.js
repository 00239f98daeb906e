/* Pages of an application: several forms share one revision, and a button must not overtake a save. */
(function () {
  "use strict";

  var busy = [];
  var waiting = [];

  /* What one form saved, the others on the page must know. */
  document.addEventListener("draft-saved", function (event) {
    document.querySelectorAll('input[name="rev"]').forEach(function (field) {
      field.value = event.detail.rev;
    });
  });

  function saves(event) {
    var element = event.detail.elt;
    return element && element.hasAttribute && element.hasAttribute("data-autosave");
  }

  function drop(list, item) {
    var place = list.indexOf(item);
    if (place >= 0) {
      list.splice(place, 1);
    }
  }

  document.addEventListener("htmx:beforeRequest", function (event) {
    if (!saves(event)) {
      return;
    }
    if (waiting.length) {
      event.preventDefault(); // the button's own request carries everything
    } else {
      busy.push(event.detail.elt);
    }
  });

  document.addEventListener("htmx:afterRequest", function (event) {
    if (!saves(event)) {
      return;
    }
    drop(busy, event.detail.elt);
    if (!busy.length) {
      waiting.splice(0).forEach(function (form) {
        waiting.push(form);
        HTMLFormElement.prototype.submit.call(form);
      });
    }
  });

  /* Leaving a field and pressing the button are one gesture: the save is on its way, so the button waits. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || !form.querySelector('input[name="rev"]') || !busy.length) {
      return;
    }
    event.preventDefault();
    if (waiting.indexOf(form) < 0) {
      waiting.push(form);
    }
  });
})();
