import { AckCounter } from "./ack.js";
import { Backoff } from "./backoff.js";
import { Input } from "./input.js";
import { SUBPROTOCOL, closing, parse, say } from "./protocol.js";

const HANDSHAKE_LIMIT = 10_000; // a try that takes longer has failed
const PING_EVERY = 10_000;
const FIRST_PING = 1_000; // when the first output is on the screen, so that it tells of the way and not of the drawing
const SILENCE = 15_000; // after a ping, nothing at all for this long: the connection is dead

// One terminal on the server, and the sockets that lead to it one after the other. `state` is
//   "idle"        nobody has asked for anything
//   "connecting"  a socket is being opened, or the server is logging in
//   "open"        the terminal is there
//   "waiting"     the socket is lost; the next try to resume is at `retryAt`
//   "ended"       for good, as `ending` says: { text, tone: "good" | "bad", code, lasted }
// It dispatches "state", and with `detail` what the server says: "hello" (answer with connect()), "hostkey",
// "authreq", "ready", "reset" (the terminal has to be cleared), "output" ({ bytes, end }, to be answered by parsed(end)
// when it is on the screen), "unsent" (bytes of input that were
// lost), "viewers", "size", "shared", "idle", "sftp", "pong" (with the round trip in `ms`).
export class Session extends EventTarget {
  state = "idle";
  retryAt = 0; // as Date.now(), while waiting
  ending = null;
  hello = null;
  ready = null;
  input = new Input({ changed: () => this.dispatchEvent(new Event("input")) });
  #url;
  #socket = null;
  #timer = 0;
  #pings = 0;
  #pingAt = 0;
  #pingId = 0;
  #watch = 0;
  #resume = null; // { id, token }
  #join = null;
  #received = 0;
  #arrived = 0; // the end of what has come by this socket; no ack may be beyond it
  #skip = 0; // output bytes that come a second time
  #error = null;
  #closedByUs = false;
  #size = { cols: 80, rows: 24 };
  #ack = new AckCounter({ tell: (n) => this.#tellShown(n) });

  constructor(url, { backoff = new Backoff(), Socket = globalThis.WebSocket } = {}) {
    super();
    this.#url = url;
    this.backoff = backoff;
    this.Socket = Socket;
  }

  // ---- What the page does

  // Begins: a new session, or with { id, token, got } one that goes on, or with { join } one to look at.
  start({ resume = null, join = null } = {}) {
    this.#resume = resume && { id: resume.id, token: resume.token };
    this.#join = join;
    this.#received = resume?.got ?? 0;
    this.#ack.start(this.#received);
    this.ready = this.ending = null;
    this.backoff.reset();
    this.#open();
  }

  // The answer to "hello": where to, as whom.
  connect(target) {
    this.#say(say.connect({ ...this.#common(), ...target }));
  }

  // The next try, now.
  retry() {
    if (this.state === "waiting") this.#open();
  }

  resize(size) {
    this.#size = size;
    if (this.state === "open") this.#say(say.resize(size));
  }

  // Bytes to the remote side; false when there is nobody to take them.
  write(bytes) {
    return this.state === "open" && !this.ready.readOnly && this.input.push(bytes);
  }

  // The output before this offset is on the screen.
  parsed(end) {
    this.#ack.reach(end);
  }

  // Where the screen is in the output: what a later page has to ask for.
  get shown() {
    return this.#ack.parsed;
  }

  get ticket() {
    return this.#resume?.token ? this.#resume : null;
  }

  // Whether it is known already where the next socket leads to.
  get bound() {
    return this.#resume !== null || this.#join !== null;
  }

  // Whether this is somebody else's terminal.
  get viewing() {
    return this.#join !== null;
  }

  // Ends the session, here and on the server.
  close(text = this.viewing ? "You have left the session." : "You have ended the session.") {
    this.#say(say.close());
    this.#end({ text, tone: "good" });
  }

  send(frame) {
    return this.#say(frame);
  }

  // Looks whether the connection still works, as after a sleep.
  probe() {
    if (this.state === "waiting") this.retry();
    else if (this.state === "open") this.#ping();
  }

  // ---- The socket

  #open() {
    clearTimeout(this.#timer);
    this.hello = this.#error = null;
    const socket = new this.Socket(this.#url, SUBPROTOCOL);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#lost(socket, 1006), HANDSHAKE_LIMIT);
    socket.addEventListener("message", ({ data }) => {
      if (socket !== this.#socket) return;
      this.#heard();
      if (typeof data === "string") this.#take(data);
      else this.#output(new Uint8Array(data));
    });
    socket.addEventListener("close", ({ code }) => this.#lost(socket, code));
    this.#become("connecting");
  }

  #say(frame) {
    if (this.#socket?.readyState !== 1) return false;
    this.#socket.send(frame);
    return true;
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    clearTimeout(this.#timer);
    clearInterval(this.#pings);
    clearTimeout(this.#watch);
    this.#ack.stop();
    const unsent = this.input.close();
    if (unsent > 0) this.#tell("unsent", unsent);
    socket?.close();
  }

  // The socket is gone, or as good as gone.
  #lost(socket, code) {
    if (socket !== this.#socket) return;
    const wasOpen = this.state === "open" || this.ready !== null || this.#resume !== null;
    this.#drop();
    const why = closing(code, this.viewing);
    const canReturn = this.ticket !== null || (this.#join !== null && this.ready !== null);
    if (wasOpen && canReturn && (why.lost || this.#error?.retry)) return this.#wait();
    const text = this.#error?.text || (wasOpen || code !== 1006 ? why.text : `Nobody accepts a connection at ${this.#url}. Is the server running, and is its terminal there?`);
    this.#end({ text, tone: "bad", code: this.#error?.code ?? "", close: code });
  }

  #wait() {
    const delay = this.backoff.next();
    this.retryAt = Date.now() + delay;
    this.#timer = setTimeout(() => this.#open(), delay);
    this.#become("waiting");
  }

  #end(ending) {
    this.#drop();
    this.#resume = null;
    this.ending = ending;
    this.#become("ended");
  }

  // ---- The dead hand

  #heard() {
    clearTimeout(this.#watch);
    this.#watch = 0;
  }

  #ping() {
    this.#pingId += 1;
    this.#pingAt = performance.now();
    const socket = this.#socket;
    if (!this.#say(say.ping(this.#pingId)) || this.#watch !== 0) return;
    this.#watch = setTimeout(() => this.#lost(socket, 1006), SILENCE);
  }

  // ---- What the server says

  #take(frame) {
    let message;
    try {
      message = parse(frame);
    } catch {
      return this.#end({ text: "The server says what this page does not understand.", tone: "bad", code: "" });
    }
    if (message === null) return;
    this[`_${message.t}`]?.(message);
    if (message.t !== "ready" && message.t !== "pong") this.#tell(message.t, message);
  }

  _hello(hello) {
    clearTimeout(this.#timer);
    this.hello = hello;
    if (this.#resume) this.connect({ resume: { ...this.#resume, got: this.#received } });
    else if (this.#join) this.connect({ join: this.#join });
  }

  _replay({ from, truncated }) {
    if (truncated) this.#tell("reset");
    this.#skip = 0;
    this.#received = this.#arrived = from;
    this.#ack.start(from);
    this.#say(say.ack(from));
  }

  _ready(ready) {
    const again = this.ready !== null;
    this.ready = ready;
    this.#resume = ready.token ? { id: ready.id, token: ready.token } : null;
    this.#goOn(ready.offset);
    this.backoff.reset();
    this.input.open(this.#socket, this.hello.stdin);
    this.#become("open");
    this.#tellShown(this.shown); // what was told to a socket that broke may not have arrived
    this.#tell("ready", { ...ready, again });
    clearInterval(this.#pings);
    this.#pings = setInterval(() => this.#ping(), PING_EVERY);
    this.#timer = setTimeout(() => this.#ping(), FIRST_PING);
  }

  _ack({ n }) {
    this.input.taken(n);
  }

  _pong({ id, ssh }) {
    if (id === this.#pingId) this.#tell("pong", { ms: performance.now() - this.#pingAt, ssh });
  }

  _error(error) {
    this.#error = error;
  }

  _exit({ status, signal, lasted }) {
    const good = status === 0;
    const how = signal ? `was ended by signal ${signal}` : `ended with status ${status ?? "unknown"}`;
    this.#end({ text: `The session ${how}.`, tone: good ? "good" : "bad", code: "", lasted });
  }

  #common() {
    return { term: "xterm-256color", size: this.#size, env: { COLORTERM: "truecolor" } };
  }

  // The next output byte is this one of the session.
  #goOn(offset) {
    this.#arrived = offset;
    this.#skip = Math.max(0, this.#received - offset);
    if (offset > this.#received) {
      this.#received = offset;
      this.#ack.start(offset);
    }
  }

  #tellShown(n) {
    // The screen may come to the output of one socket when there is another, to which connect has to be said first.
    if (this.state !== "open") return;
    this.#say(say.ack(Math.min(n, this.#arrived)));
  }

  #output(bytes) {
    this.#arrived += bytes.length;
    const fresh = bytes.subarray(Math.min(this.#skip, bytes.length));
    if (this.#skip > 0) this.#tellShown(this.shown);
    this.#skip -= bytes.length - fresh.length;
    if (fresh.length === 0) return;
    this.#received += fresh.length;
    this.#tell("output", { bytes: fresh, end: this.#received });
  }

  #tell(what, detail = null) {
    this.dispatchEvent(Object.assign(new Event(what), { detail }));
  }

  #become(state) {
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }
}
