/* A tap on a figure opens its records beside the text; without this script the link opens a page. */
(function () {
  "use strict";

  var parts = document.querySelectorAll("[data-open-wide]");

  /* On paper and on a desk the annex lies open; on a phone each table waits behind its total. */
  function openAll() {
    parts.forEach(function (part) {
      part.open = true;
    });
  }

  if (window.matchMedia("(min-width: 768px)").matches) {
    openAll();
  }
  window.addEventListener("beforeprint", openAll);

  var panel = document.getElementById("side-panel");
  var opener = null;
  if (!panel || !window.htmx) {
    return;
  }

  function close() {
    panel.hidden = true;
    panel.textContent = "";
    document.documentElement.classList.remove("has-panel");
    if (opener) {
      opener.focus();
      opener = null;
    }
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest("[data-panel]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      if (!panel.contains(link)) {
        opener = link;
      }
      window.htmx.ajax("GET", link.getAttribute("href"), { target: panel, swap: "innerHTML" }).then(function () {
        panel.hidden = false;
        panel.scrollTop = 0;
        document.documentElement.classList.add("has-panel");
        panel.focus();
      });
      return;
    }
    if (event.target.closest("[data-close-panel]")) {
      close();
    }
  });

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && !panel.hidden) {
      close();
    }
  });
})();
