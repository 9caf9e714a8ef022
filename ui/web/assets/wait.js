// Where a step of an exercise takes some minutes: says quietly when they are over.
() => {
  const tell = () => {
    clearTimeout(window.coachWait);
    const line = document.querySelector("#status [data-over]");
    if (!line) return;
    const left = Number(line.dataset.over) * 1000 - Date.now();
    if (left > 0) window.coachWait = setTimeout(tell, left + 500);
    else if (line.textContent !== line.dataset.then) line.textContent = line.dataset.then;
  };
  setTimeout(tell, 50);  // the line is there a moment after the event
}
