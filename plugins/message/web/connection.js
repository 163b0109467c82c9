import { Backoff } from "./backoff.js";

const HANDSHAKE_LIMIT = 10_000; // a try that takes longer has failed
const SETTLED = 2_000; // an open connection that lasts this long was a success

// A WebSocket that comes back by itself. It dispatches
//   "state"  when `state` has changed: "connecting", "open", or "waiting" with `retryAt` for the next try
//   "text"   with `detail`, a text frame
export class Connection extends EventTarget {
  state = "connecting";
  retryAt = 0; // as Date.now(), while waiting
  #socket = null;
  #timer = 0;

  constructor(url, backoff = new Backoff()) {
    super();
    this.url = url;
    this.backoff = backoff;
  }

  start() {
    clearTimeout(this.#timer);
    const socket = new WebSocket(this.url);
    this.#socket = socket;
    this.#timer = setTimeout(() => socket.close(), HANDSHAKE_LIMIT);
    socket.addEventListener("open", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.backoff.reset(), SETTLED);
      this.#become("open");
    });
    socket.addEventListener("message", ({ data }) => {
      if (typeof data === "string") this.dispatchEvent(new CustomEvent("text", { detail: data }));
    });
    socket.addEventListener("close", () => this.#wait());
    this.#become("connecting");
  }

  // The next try, now.
  retry() {
    if (this.state === "waiting") this.start();
  }

  // Whether the text was handed over; false while there is no connection.
  send(text) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(text);
    return true;
  }

  #wait() {
    clearTimeout(this.#timer);
    const delay = this.backoff.next();
    this.retryAt = Date.now() + delay;
    this.#timer = setTimeout(() => this.start(), delay);
    this.#become("waiting");
  }

  #become(state) {
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }
}
