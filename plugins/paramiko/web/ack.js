// Tells the server how much output the terminal has taken in, so that it sends more: after each `every` bytes, or
// `after` milliseconds, whichever is first. What counts is what has been parsed, not what has arrived: that is what
// keeps a flood from piling up in the page.
export class AckCounter {
  #parsed = 0;
  #told = 0;
  #timer = null;

  constructor({ tell, every = 64 << 10, after = 100, setTimer = setTimeout, clearTimer = clearTimeout }) {
    this.tell = tell;
    this.every = every;
    this.after = after;
    this.setTimer = setTimer.bind(globalThis);
    this.clearTimer = clearTimer.bind(globalThis);
  }

  // Bytes from the beginning of the session that have been parsed.
  get parsed() {
    return this.#parsed;
  }

  // Counts from here on; what was told before belongs to another connection.
  start(offset) {
    this.stop();
    this.#parsed = this.#told = offset;
  }

  // Everything before this offset has been parsed. What belongs to an earlier count changes nothing.
  reach(offset) {
    if (offset <= this.#parsed) return;
    this.#parsed = offset;
    if (this.#parsed - this.#told >= this.every) this.#now();
    else this.#timer ??= this.setTimer(() => this.#now(), this.after);
  }

  stop() {
    this.clearTimer(this.#timer);
    this.#timer = null;
  }

  #now() {
    this.stop();
    if (this.#parsed === this.#told) return;
    this.#told = this.#parsed;
    this.tell(this.#parsed);
  }
}
