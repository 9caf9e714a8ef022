// She has begun: the page opens at once, and the server sets the mark that this browser keeps.
() => {
  document.documentElement.dataset.begun = "";
  document.querySelector("#box textarea")?.focus();
  fetch("begun", {method: "POST", keepalive: true}).catch(() => {}); // then she is asked again
}
