// For whoever listens: an answer is told once and whole, and Gradio's markup says what is open.
(() => {
  const set = (part, name, value) => {
    if (part.getAttribute(name) !== value) part.setAttribute(name, value);
  };
  const all = (selector, act) => document.querySelectorAll(selector).forEach(act);

  const mend = () => {
    // Gradio would have each change of a growing answer read out.
    all("#talk [role=log]", (log) => {
      set(log, "aria-live", "off");
      set(log, "tabindex", "0"); // it scrolls, also without a mouse
      const name = document.querySelector("#access")?.dataset.log;
      if (name) set(log, "aria-label", name);
    });
    // Without this a message is named by all of its text, markup included.
    for (const [who, name] of [["user", "said-by-you"], ["bot", "said-by-program"]])
      all(`#talk [data-testid=${who}]`, (said) => {
        set(said, "role", "group");
        set(said, "aria-labelledby", name);
      });
    all("#talk .edit-textarea", (box) => {
      const name = document.querySelector("#access")?.dataset.change;
      if (name) set(box, "aria-label", name);
    });
    all("#talk .examples[role=list]", (list) => list.removeAttribute("role"));
    all("#talk .thought-group > .title", (title) => {
      const arrow = title.querySelector(".arrow");
      if (arrow) arrow.inert = true; // a button inside a button
      set(title, "aria-expanded", String(title.nextElementSibling !== null));
    });
    all(".gr-accordion > .label-wrap", (button) =>
      set(button, "aria-expanded", String(button.classList.contains("open"))));
  };

  let writing = false, quiet;
  const listen = () => {
    const busy = document.querySelector("#box .stop-button") !== null;
    if (busy === writing) return;
    writing = busy;
    clearTimeout(quiet);
    const told = document.querySelector("#told");
    if (!told) return;
    told.textContent = "";
    if (busy) return;
    quiet = setTimeout(() => {
      const hers = [...document.querySelectorAll("#talk .user-row")].pop();
      const rows = [...document.querySelectorAll("#talk .bot-row")];
      const newest = rows.filter((row) =>
        hers && hers.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING);
      const texts = newest.flatMap((row) =>
        [...row.querySelectorAll(".message:not(.thought) > [data-testid=bot]")]);
      told.textContent = texts.map((one) => one.textContent.trim()).join(" ");
      quiet = setTimeout(() => (told.textContent = ""), 5000); // and is not met a second time
    }, 300);
  };

  let due = false;
  const changed = () => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      mend();
      listen();
    });
  };
  new MutationObserver(changed).observe(document.documentElement, {
    childList: true, subtree: true, attributes: true, attributeFilter: ["class"],
  });

  addEventListener("click", (event) => {
    if (!event.target.closest?.("#skip a")) return;
    event.preventDefault();
    document.querySelector("#box textarea")?.focus();
  });
})();
