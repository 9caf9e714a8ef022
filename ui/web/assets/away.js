// Says on the page that the server cannot be reached, and takes it back by itself.
(() => {
  const CALM = 15000, WAITING = 3000, PATIENCE = 10000, LATELY = 60000, DRAFT = "coach-unsent";
  const root = document.documentElement;
  const box = () => document.querySelector("#box textarea");
  let timer, asking = false, failed = 0, asked = 0, missed = 0;

  const tell = (away) => {
    root.toggleAttribute("data-away", away);
    if (away) missed = Date.now();
    const line = document.querySelector("#away");
    const text = away && line ? line.dataset.text : "";
    if (line && line.textContent !== text) line.textContent = text;
  };

  const reached = async () => {
    if (!navigator.onLine && location.hostname !== "localhost" && location.hostname !== "127.0.0.1")
      return false;
    try {
      const signal = AbortSignal.timeout(PATIENCE);
      return (await fetch("healthz", {cache: "no-store", signal})).ok;
    } catch {
      return false;
    }
  };

  const look = async () => {
    if (asking) return;
    asking = true;
    asked = Date.now();
    clearTimeout(timer);
    failed = (await reached()) ? 0 : failed + 1;
    asking = false;
    if (failed !== 1) tell(failed > 1); // one failure may be a hiccup
    if (!document.hidden) timer = setTimeout(look, failed === 1 ? 500 : failed ? WAITING : CALM);
  };

  // Gradio loads the page anew when its server is back. What she has not sent waits for that in
  // this tab alone, and is taken out as soon as it is in the box again.
  addEventListener("pagehide", () => {
    const text = box()?.value;
    if (text && Date.now() - missed < LATELY) sessionStorage.setItem(DRAFT, text);
  });
  const giveBack = () => {
    if (!box()) return setTimeout(giveBack, 300);
    const text = sessionStorage.getItem(DRAFT);
    sessionStorage.removeItem(DRAFT);
    if (box().value) return;
    box().value = text;
    box().dispatchEvent(new Event("input", {bubbles: true}));
  };
  if (sessionStorage.getItem(DRAFT)) setTimeout(giveBack, 1500); // once the page has settled

  addEventListener("online", look);
  addEventListener("offline", look);
  addEventListener("click", () => Date.now() - asked > WAITING && look());
  document.addEventListener("visibilitychange", () => document.hidden || look());
  timer = setTimeout(look, CALM);

  // The page that says so when not even this one can be loaded.
  navigator.serviceWorker?.register("/sw.js").catch(() => {});
})();
