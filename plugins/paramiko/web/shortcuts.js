// Keys of the page, which the remote side does not get: Ctrl+Shift and something.
export function bindShortcuts(screen, actions) {
  screen.term.attachCustomKeyEventHandler((event) => {
    if (event.type !== "keydown") return true;
    // The browser pastes by itself for these, without having to be asked.
    if (event.shiftKey && (event.key === "Insert" || (event.ctrlKey && event.code === "KeyV"))) return false;
    const action =
      event.ctrlKey && event.shiftKey && !event.altKey && !event.metaKey
        ? actions[event.code]
        : event.ctrlKey && event.key === "Insert"
          ? actions.KeyC
          : null;
    if (!action) return true;
    event.preventDefault();
    action();
    return false;
  });
}
