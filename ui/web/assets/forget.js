async () => {
  const failed = FAILED;
  try {
    // Answered with a new cookie, which only an address of the server can give.
    const answer = await fetch("forget-me", {method: "POST", headers: {"x-requested-with": "page"}});
    const {state, next} = await answer.json();
    if (state !== "done" && state !== "traces") return failed;
    try {
      localStorage.clear();
      sessionStorage.clear();
      if (!next) sessionStorage.setItem("forgotten", state);
      window.forgotten.postMessage(state);
    } catch { /* a browser that keeps nothing has nothing to clear */ }
    // Nothing she wrote is left standing anywhere on the page.
    if (next) location.replace(next);  // she signs in there, and it is told there
    else location.reload();
    return "";
  } catch {
    return failed;
  }
}
