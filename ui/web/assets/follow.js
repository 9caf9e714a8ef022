// Keeps her last message at the top of the conversation while the answer grows below it,
// so that a long answer is read from its beginning.
() => {
  const follow = () => {
    const talk = document.querySelector("#talk .bubble-wrap");
    const hers = talk ? talk.querySelectorAll(".user-row") : [];
    if (hers.length === 0) return;
    const last = hers[hers.length - 1].getBoundingClientRect();
    const above = last.top - talk.getBoundingClientRect().top - 12;
    if (above > 0) talk.scrollTop += above;
  };
  // The text is laid out a moment after the event.
  for (const wait of [50, 250, 600]) setTimeout(follow, wait);
}
