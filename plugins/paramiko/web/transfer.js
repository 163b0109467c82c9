import { AckCounter } from "./ack.js";
import { Input } from "./input.js";
import { SUBPROTOCOL, closing, parse, say } from "./protocol.js";

const AT_ONCE = 256 << 10; // bytes of a file that are read at a time
const AHEAD = 1 << 20; // and that wait at most
const MERGE = 8 << 20; // bytes of a download in one piece, which the browser may put on its disk

// Why something about files did not work. `again`: it may work later.
export class FilesError extends Error {
  constructor(text, again = false) {
    super(text);
    this.again = again;
  }
}

// The way of one file, over a socket of its own, so that it never stands in the way of what is typed. When the socket
// breaks, another one goes on where it broke.
class Transfer {
  moved = 0; // bytes of the file that have come over
  size = null;
  socket = null;
  #fail = null;
  #cancelled = false;

  constructor(path, { progress = () => {}, Socket = globalThis.WebSocket } = {}) {
    this.path = path;
    this.progress = progress;
    this.Socket = Socket;
  }

  // One try: `ask` asks the server, see Files. Resolves when the file is over there, or here; rejects with why not.
  async run(url, ask) {
    this.#check();
    const token = await this.token(ask);
    this.#check();
    return new Promise((done, fail) => this.#open(url, token, done, fail));
  }

  cancel() {
    this.#cancelled = true;
    this.#fail?.(new FilesError("Cancelled."));
    this.socket?.close();
  }

  #check() {
    if (this.#cancelled) throw new FilesError("Cancelled.");
  }

  #open(url, token, done, fail) {
    let error = null;
    const socket = new this.Socket(url, SUBPROTOCOL);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.#fail = fail;
    socket.addEventListener("message", ({ data }) => {
      if (socket !== this.socket) return;
      if (typeof data !== "string") return this.bytes(new Uint8Array(data));
      const message = parse(data);
      if (message === null) return;
      if (message.t === "hello") {
        socket.send(say.transfer(token));
        // A file that has changed or gone meanwhile cannot be read.
        Promise.resolve(this.begin(message)).catch((problem) => {
          fail(problem);
          socket.close();
        });
      } else if (message.t === "error") error = message;
      else if (message.t === "ack") this.taken(message.n);
      else if (message.t === "sftp") {
        if (message.error) error = message.error;
        else {
          done(this.result());
          socket.close();
        }
      }
    });
    socket.addEventListener("close", ({ code }) => {
      if (socket !== this.socket) return;
      this.socket = null;
      this.ended();
      const why = closing(code);
      if (error) fail(new FilesError(error.text, error.retry));
      else fail(new FilesError(code === 1000 ? "The server ended it too early." : why.text, why.lost));
    });
  }

  reach(bytes) {
    this.moved = bytes;
    this.progress(bytes);
  }

  begin() {}
  bytes() {}
  taken() {}
  ended() {}
  result() {}
}

export class Download extends Transfer {
  #modified = null;
  #pieces = [];
  #recent = [];
  #held = 0;
  #ack = null;

  // The rest of another file is none of this one.
  async token(ask) {
    if (this.moved > 0) {
      const [now] = (await ask("stat", this.path)).entries;
      if (now?.size !== this.size || now.modified !== this.#modified) throw new FilesError("The file has changed meanwhile.");
    }
    const { token, size, modified } = await ask("get", this.path, { offset: this.moved });
    this.size = size;
    this.#modified = modified;
    return token;
  }

  begin() {
    const before = this.moved;
    const { socket } = this;
    this.#ack = new AckCounter({ tell: (n) => socket.readyState === 1 && socket.send(say.ack(n - before)) });
    this.#ack.start(before);
  }

  bytes(bytes) {
    this.#recent.push(bytes);
    this.#held += bytes.length;
    if (this.#held >= MERGE) this.#merge();
    this.reach(this.moved + bytes.length);
    this.#ack.reach(this.moved);
  }

  #merge() {
    this.#pieces.push(new Blob(this.#recent));
    this.#recent = [];
    this.#held = 0;
  }

  ended() {
    this.#ack?.stop();
  }

  result() {
    this.#merge();
    return new Blob(this.#pieces, { type: "application/octet-stream" });
  }
}

export class Upload extends Transfer {
  #file;
  #begun = false; // the file over there is ours
  #sent = 0; // bytes of it that ever left this page
  #before = 0; // bytes that were there when this socket came
  #room = () => {};
  #input = new Input({ changed: () => this.#room() });

  constructor(path, file, options) {
    super(path, options);
    this.#file = file;
    this.size = file.size;
  }

  // Goes on behind what is there, if that can be what was sent.
  async token(ask) {
    this.#before = 0;
    if (this.#begun) {
      const [there] = (await ask("stat", this.path)).entries;
      if (there.size > this.#sent) throw new FilesError("Somebody else writes to this file.");
      this.#before = there.size;
    }
    this.reach(this.#before);
    const { token } = await ask("put", this.path, { offset: this.#before || undefined, size: this.size - this.#before });
    this.#begun = true;
    return token;
  }

  async begin(hello) {
    const { socket } = this;
    this.#input.open(socket, hello.stdin);
    for (let at = this.#before; at < this.size && socket.readyState === 1; at += AT_ONCE) {
      const bytes = new Uint8Array(await this.#file.slice(at, at + AT_ONCE).arrayBuffer());
      if (socket.readyState !== 1) return;
      this.#sent = Math.max(this.#sent, at + bytes.length);
      this.#input.push(bytes);
      await this.#until(AHEAD);
    }
    await this.#until(0);
    if (socket.readyState === 1) socket.send(say.eof());
  }

  // At most so many bytes wait.
  #until(bytes) {
    return new Promise((done) => {
      this.#room = () => {
        if (this.#input.queued <= bytes) done();
      };
      this.#room();
    });
  }

  taken(n) {
    this.reach(this.#before + n);
    this.#input.taken(n);
  }

  ended() {
    this.#input.close();
  }
}
