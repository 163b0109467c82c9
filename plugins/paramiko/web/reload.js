import { SerializeAddon } from "./vendor/addon-serialize.js";

import { StreamTail } from "./stream_tail.js";
import { WatchedModes } from "./watched_modes.js";

// Keeps what is on the screen over a reload of the page, so that the session goes on with the very next byte.
export class Reload {
  #screen;
  #memory;
  #serialize = new SerializeAddon();
  #modes;
  #tail = new StreamTail();

  constructor(screen, memory) {
    this.#screen = screen;
    this.#memory = memory;
    screen.term.loadAddon(this.#serialize);
    this.#modes = new WatchedModes(screen.term);
  }

  // Bytes that have been parsed.
  parsed(bytes) {
    this.#tail.add(bytes);
  }

  reset() {
    this.#tail.reset();
    this.#modes.reset();
  }

  // `got`: output bytes that have been parsed. The page that comes next begins before an unfinished sequence, since
  // what the parser holds of it is not on the screen.
  keep(id, got) {
    const { term } = this.#screen;
    const candidate = (scrollback) => () => ({
      id,
      got: got - this.#tail.length,
      cols: term.cols,
      rows: term.rows,
      text: this.#serialize.serialize({ scrollback }) + this.#modes.text(),
    });
    this.#memory.keepScreen([term.options.scrollback, 1000, 100, 0].map(candidate));
  }

  // Shows what was kept of this session, and answers where to go on: 0 when there is nothing.
  restore(id) {
    const kept = this.#memory.screen(id);
    if (kept === null) return Promise.resolve(0);
    const { term } = this.#screen;
    term.resize(kept.cols, kept.rows);
    return new Promise((done) =>
      term.write(kept.text, () => {
        this.#screen.fit();
        done(kept.got);
      }),
    );
  }
}
