// Whoever writes before the page knows what was there: her message waits for that, a moment at
// most. Else what comes late would be laid over it, and her answer be out of sight until a reload.
(() => {
  const LONGEST = 5000, LOOK = 50;  // milliseconds
  const known = () => document.querySelector("#model [data-known], #status .alert");
  let waiting = false;

  const hold = (event, send) => {
    if (known() || event.target.closest("[data-late]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (waiting) return;
    waiting = true;
    const since = Date.now();
    const look = setInterval(() => {
      if (!known() && Date.now() - since < LONGEST) return;
      clearInterval(look);
      waiting = false;
      const button = send();
      if (!button) return;
      button.dataset.late = "";
      button.click();
      delete button.dataset.late;
    }, LOOK);
  };

  window.addEventListener("click", (event) => {
    const one = event.target instanceof Element &&
      event.target.closest("#box .submit-button, #talk .example");
    if (one) hold(event, () => one);
  }, true);
  window.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    if (!(event.target instanceof Element) || !event.target.matches("#box textarea")) return;
    hold(event, () => document.querySelector("#box .submit-button"));
  }, true);
})();
