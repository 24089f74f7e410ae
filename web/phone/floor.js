/**
 * Says so when the page does not open: the browser is too old for it, or the network lost a part. A classic script without
 * anything newer than 2009, so that it runs where the page does not. The sentence stands in the page itself, which takes it
 * away when it has opened.
 */
(function () {
  /** A thin line takes a while: 5.5 s on 3G until all is there (`make bench-phone`). Later than that the sentence goes by itself. */
  var PATIENCE_MS = 20000;

  function tell() {
    var closed = document.getElementById("closed");
    if (closed) closed.removeAttribute("hidden");
  }

  window.addEventListener("error", tell, true); // captured: a file that does not come tells its own element alone
  window.addEventListener("unhandledrejection", tell);
  window.setTimeout(tell, PATIENCE_MS);
  if (!("noModule" in document.createElement("script"))) document.addEventListener("DOMContentLoaded", tell);
})();
