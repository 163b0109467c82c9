const FLAGS = [1005, 1006, 1015, 1016]; // how a program wants to hear of the mouse

// What the screen's text does not tell: how the mouse is reported, whether the cursor is shown and what it looks like,
// and the part of the screen that scrolls. It only looks on while sequences go by.
export class WatchedModes {
  #term;
  #flags = new Set();
  #hidden = false;
  #shape = "";
  #region = "";

  constructor(term) {
    this.#term = term;
    const watch = (id, note) =>
      term.parser.registerCsiHandler(id, (params) => {
        note(params);
        return false;
      });
    watch({ prefix: "?", final: "h" }, (params) => this.#set(params, true));
    watch({ prefix: "?", final: "l" }, (params) => this.#set(params, false));
    watch({ intermediates: " ", final: "q" }, ([shape]) => (this.#shape = `\x1b[${shape} q`));
    watch({ final: "r" }, ([top = 1, bottom = 0]) => (this.#region = bottom ? `\x1b[${top || 1};${bottom}r` : ""));
    watch({ intermediates: "!", final: "p" }, () => this.reset());
    term.parser.registerEscHandler({ final: "c" }, () => {
      this.reset();
      return false;
    });
  }

  reset() {
    this.#flags.clear();
    this.#hidden = false;
    this.#shape = this.#region = "";
  }

  // The sequences that bring it back. The cursor stays where it is.
  text() {
    const flags = [...this.#flags].map((flag) => `\x1b[?${flag}h`).join("");
    // To set the region moves the cursor, and under origin mode its coordinates would be others.
    const { cursorX, cursorY } = this.#term.buffer.active;
    const region = this.#region && !this.#term.modes.originMode ? `${this.#region}\x1b[${cursorY + 1};${cursorX + 1}H` : "";
    return flags + this.#shape + region + (this.#hidden ? "\x1b[?25l" : "");
  }

  #set(params, on) {
    for (const param of params.flat()) {
      if (param === 25) this.#hidden = !on;
      else if (FLAGS.includes(param)) this.#flags[on ? "add" : "delete"](param);
    }
  }
}
