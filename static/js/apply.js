/* A page of corrections holds several forms of one application: what one saved, the others must know. */
(function () {
  "use strict";

  document.addEventListener("draft-saved", function (event) {
    document.querySelectorAll('input[name="rev"]').forEach(function (field) {
      field.value = event.detail.rev;
    });
  });
})();
