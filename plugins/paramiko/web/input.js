const POLL = 15; // milliseconds; a WebSocket does not tell when its buffer has drained

// The bytes that go to the remote side, in order and in pieces. No more than `high` bytes wait in the socket, and no
// more than `window` between this page and the server, so that a large paste neither fills memory nor holds up what
// is typed to stop it.
export class Input {
  #queue = []; // Uint8Arrays
  #queued = 0;
  #sent = 0;
  #taken = 0;
  #window = Infinity;
  #socket = null;
  #timer = null;

  constructor({ piece = 16 << 10, high = 128 << 10, changed = () => {}, setTimer = setTimeout, clearTimer = clearTimeout } = {}) {
    this.piece = piece;
    this.high = high;
    this.changed = changed;
    this.setTimer = setTimer.bind(globalThis);
    this.clearTimer = clearTimer.bind(globalThis);
  }

  // Bytes that wait here.
  get queued() {
    return this.#queued;
  }

  // A socket that takes input from now on. `window` 0 is no limit.
  open(socket, window = 0) {
    this.#socket = socket;
    this.#window = window || Infinity;
    this.#sent = this.#taken = 0;
    this.#pump();
  }

  // No socket any more. Answers with how many bytes were not sent; they are dropped, since nobody knows what the
  // remote side would make of the rest of a line.
  close() {
    this.#socket = null;
    return this.clear();
  }

  // Forgets what waits, and answers with how much it was.
  clear() {
    const dropped = this.#queued;
    this.clearTimer(this.#timer);
    this.#timer = null;
    this.#queue = [];
    this.#queued = 0;
    if (dropped > 0) this.changed();
    return dropped;
  }

  // Whether the bytes are on their way.
  push(bytes) {
    if (this.#socket === null) return false;
    // Acks come each quarter of the window: with larger pieces than half of it one might wait for the next for ever.
    const piece = Math.max(1, Math.min(this.piece, Math.floor(this.#window / 2)));
    for (let at = 0; at < bytes.length; at += piece) this.#queue.push(bytes.subarray(at, at + piece));
    this.#queued += bytes.length;
    this.#pump();
    return true;
  }

  // The server has taken so many bytes from this socket.
  taken(n) {
    this.#taken = n;
    this.#pump();
  }

  #pump() {
    let moved = false;
    while (this.#queue.length > 0 && this.#socket !== null) {
      const next = this.#queue[0];
      if (this.#socket.readyState !== 1) break; // its end is on its way, and what waits here is told then
      if (this.#sent - this.#taken > 0 && this.#sent + next.length - this.#taken > this.#window) break;
      if (this.#socket.bufferedAmount > this.high) {
        this.#timer ??= this.setTimer(() => {
          this.#timer = null;
          this.#pump();
        }, POLL);
        break;
      }
      this.#socket.send(next);
      this.#queue.shift();
      this.#sent += next.length;
      this.#queued -= next.length;
      moved = true;
    }
    if (moved || this.#queued > 0) this.changed();
  }
}
