// Leaving at once. The page is blanked first; everything that may take time or fail comes after.
(() => {
  const AWAY = "/away", LEFT = "page-left", PRESSES = 3, WITHIN = 1500;
  const MINUTE = 60_000, LONG = 10 * MINUTE, AGAIN = 3000;
  const root = document.documentElement;
  const tabs = window.BroadcastChannel ? new BroadcastChannel(LEFT) : null;
  const ask = window.fetch.bind(window);
  let gone = false, bound = null;  // where this page is on its way to

  const attempt = (act) => {
    try {
      return act();
    } catch {
      return undefined;  // nothing here may stand in the way of what comes after it
    }
  };
  const hide = () => root.style.setProperty("display", "none", "important");
  const show = () => root.style.removeProperty("display");

  const blank = () => {
    gone = true;
    hide();
    attempt(() => {
      for (const field of document.querySelectorAll("input, textarea")) field.value = "";
      document.body.replaceChildren();
      document.title = "";
    });
    attempt(() => sessionStorage.clear());
  };
  // What arrives meanwhile, such as word that it is locked now, does not call her back.
  const go = (where) => {
    if (bound === AWAY) return;
    bound = where;
    blank();
    location.replace(where);
  };

  // Should the message to the server be lost, or be slower than "Back", whatever opens the page
  // next sends it again. The locked view takes the mark away: then it has arrived.
  const mark = () => attempt(() => localStorage.setItem(LEFT, "1"));
  const marked = () => attempt(() => localStorage.getItem(LEFT)) === "1";

  const leave = () => {
    if (bound === AWAY) return;
    blank();
    mark();
    attempt(() => navigator.sendBeacon("/leave")) ||
      attempt(() => ask("/leave", {method: "POST", keepalive: true}).catch(() => {}));
    attempt(() => tabs.postMessage(AWAY));
    go(AWAY);
  };

  const lock = async () => {
    blank();
    mark();
    const answer = await ask("/leave", {method: "POST"}).catch(() => null);
    // It stays blank until the server has heard of it; 401: it has, and nobody is signed in.
    if (!answer || !(answer.ok || answer.status === 401)) {
      setTimeout(lock, AGAIN);
      return;
    }
    attempt(() => tabs.postMessage("/"));
    go("/");
  };

  if (tabs) tabs.onmessage = (told) => go(told.data === AWAY ? AWAY : "/");

  if (marked()) {
    attempt(() => window.stop());
    lock();
    return;
  }

  let pressed = [];
  window.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat || event.isComposing) return;
    pressed = [...pressed, event.timeStamp].slice(-PRESSES);
    if (pressed.length === PRESSES && event.timeStamp - pressed[0] <= WITHIN) leave();
  }, true);
  window.addEventListener("click", (event) => {
    const on = (id) => event.target instanceof Element && event.target.closest(id);
    if (on("#leave")) leave();
    else if (on("#lock-now")) lock();
  }, true);

  // What the browser keeps of a page for "Back" shows nothing, and is read anew.
  window.addEventListener("pagehide", hide);
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    bound = null;
    go(location.href);
  });

  if (!window.gradio_config) return;  // a plain page with nothing of hers on it

  // 401: signed out meanwhile. Nothing stays in sight but what she has not sent, which she may copy.
  const signedOut = () => {
    if (!document.querySelector("#box textarea")?.value.trim()) return go("/");
    root.dataset.ended = "";
    const line = document.querySelector("#status p");
    if (line) line.textContent = document.querySelector("#sign-out a")?.dataset.ended ?? "";
  };

  // 423: locked meanwhile, in another tab or by itself. No answer comes that would be shown.
  const unlessLocked = async (...given) => {
    const answer = await ask(...given);
    if (answer.status === 401) signedOut();
    if (answer.status !== 423) return answer;
    go("/");
    return new Promise(() => {});
  };
  window.fetch = unlessLocked;

  // Is she here? The server counts, and says whether her lock closes by itself.
  let last = Date.now(), asked = 0, closes = false;
  for (const sign of ["keydown", "pointerdown", "pointermove", "scroll", "touchmove"]) {
    window.addEventListener(sign, () => { last = Date.now(); }, {capture: true, passive: true});
  }
  const look = async () => {
    const here = !document.hidden && last >= asked;
    asked = Date.now();
    const answer = await unlessLocked("/here", {method: here ? "POST" : "GET"}).catch(() => null);
    if (answer && answer.ok) closes = (await answer.json().catch(() => ({}))).closes === true;
    return answer !== null;
  };
  const lookAgain = async () => {  // nothing is shown before it is known
    hide();
    if (await look()) {
      if (!gone) show();
    } else {
      setTimeout(lookAgain, AGAIN);
    }
  };
  setInterval(look, MINUTE);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || gone) return;
    if (closes && Date.now() - last > LONG) lookAgain();
    else look();
  });
  look();
})();
