// Gives the sidebar's button its name and says whether it is open; Escape closes it.
() => {
  const name = %s;
  const ready = () => {
    const side = document.querySelector("#threads");
    const button = side?.querySelector(".toggle-button");
    if (!button) return setTimeout(ready, 100);
    const tell = () => {
      const open = side.classList.contains("open");
      button.setAttribute("aria-expanded", open);
      if (!open && side.contains(document.activeElement)) button.focus();
    };
    button.setAttribute("aria-label", name);
    button.title = name;
    tell();
    new MutationObserver(tell).observe(side, {attributes: true, attributeFilter: ["class"]});
    side.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !side.classList.contains("open")) return;
      button.click();
    });
  };
  ready();
}
