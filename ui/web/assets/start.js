// Runs before the page is drawn: who has begun in this browser sees no first visit, not even for
// a moment. Everybody else is led to it.
(() => {
  if (/(^|; )coach_begun=1(;|$)/.test(document.cookie)) {
    document.documentElement.dataset.begun = "";
    return;
  }
  const lead = () => document.querySelector("#welcome h2")?.focus();
  const watch = new MutationObserver(() => {
    // Until the button is there as well, Tab would lead past it.
    if (!document.querySelector("#welcome h2") || !document.querySelector("#begin")) return;
    watch.disconnect();
    setTimeout(lead, 50); // the box has asked for the focus, in vain, a moment before
  });
  watch.observe(document.documentElement, {childList: true, subtree: true});
})();
