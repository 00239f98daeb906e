/* Pickers of files: what is too large is said before it travels, and a slow upload shows how far it is. */
(function () {
  "use strict";
  if (window.portalUploads) {
    return;
  }
  window.portalUploads = true;

  function refuse(picker) {
    var box = picker.closest("[data-files]");
    var tile = document.createElement("div");
    tile.className = "tile tile-bad";
    tile.setAttribute("role", "alert");
    tile.textContent = picker.getAttribute("data-too-large");
    box.querySelector("[data-tiles]").appendChild(tile);
    picker.value = "";
  }

  function bar(picker) {
    return picker.closest("[data-files]").querySelector("progress");
  }

  function isPicker(element) {
    return element && element.hasAttribute && element.hasAttribute("data-upload") && element.hasAttribute("data-max-bytes");
  }

  /* Before htmx hears of it. */
  document.addEventListener("change", function (event) {
    var picker = event.target;
    if (!isPicker(picker)) {
      return;
    }
    picker.closest("[data-files]").querySelectorAll(".tile-bad").forEach(function (old) { old.remove(); });
    var most = Number(picker.getAttribute("data-max-bytes"));
    var large = Array.prototype.some.call(picker.files, function (file) { return file.size > most; });
    if (large) {
      event.stopPropagation();
      refuse(picker);
    }
  }, true);

  /* A photo that was chosen before the scripts stood, as on a slow phone, is sent as soon as they do. */
  var sent = new WeakSet();
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (isPicker(event.target)) {
      sent.add(event.target);
    }
  });
  window.addEventListener("load", function () {
    document.querySelectorAll("input[data-upload]").forEach(function (picker) {
      if (picker.files.length && !sent.has(picker)) {
        picker.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
  });

  document.addEventListener("htmx:xhr:progress", function (event) {
    if (isPicker(event.target) && event.detail.lengthComputable) {
      bar(event.target).hidden = false;
      bar(event.target).value = Math.round(100 * event.detail.loaded / event.detail.total);
    }
  });

  document.addEventListener("htmx:afterRequest", function (event) {
    if (isPicker(event.target)) {
      bar(event.target).hidden = true;
      if (event.detail.xhr && event.detail.xhr.status === 413) {
        refuse(event.target);
      }
    }
  });
})();
