import { AckCounter } from "./ack.js";
import { Input } from "./input.js";
import { SUBPROTOCOL, closing, parse, say } from "./protocol.js";

const AT_ONCE = 256 << 10; // bytes of a file that are read at a time
const AHEAD = 1 << 20; // and that wait at most
const MERGE = 8 << 20; // bytes of a download in one piece, which the browser may put on its disk

// The way of one file, over a socket of its own, so that it never stands in the way of what is typed.
class Transfer {
  moved = 0;
  #url;
  #token;
  #progress;
  socket = null;
  #settle = null;

  constructor(url, token, progress) {
    this.#url = url;
    this.#token = token;
    this.#progress = progress;
  }

  // Resolves when the file is over there, or here; rejects with an Error that says why not.
  run() {
    return new Promise((done, fail) => {
      let error = null;
      const socket = new WebSocket(this.#url, SUBPROTOCOL);
      socket.binaryType = "arraybuffer";
      this.socket = socket;
      this.#settle = { done, fail };
      socket.addEventListener("message", ({ data }) => {
        if (typeof data !== "string") return this.bytes(new Uint8Array(data));
        const message = parse(data);
        if (message === null) return;
        if (message.t === "hello") {
          socket.send(say.transfer(this.#token));
          // A file that has changed or gone meanwhile cannot be read.
          Promise.resolve(this.begin(message)).catch((problem) => {
            fail(problem);
            socket.close();
          });
        } else if (message.t === "error") error = message.text;
        else if (message.t === "ack") this.taken(message.n);
        else if (message.t === "sftp") {
          if (message.error) error = message.error.text;
          else this.finish();
        }
      });
      socket.addEventListener("close", ({ code }) => {
        this.ended();
        fail(new Error(error ?? (code === 1000 ? "The server ended it too early." : closing(code).text)));
      });
    });
  }

  cancel() {
    this.#settle?.fail(new Error("Cancelled."));
    this.socket?.close();
  }

  finish() {
    this.#settle.done(this.result());
    this.socket.close();
  }

  forward(bytes) {
    this.moved += bytes;
    this.#progress(this.moved);
  }

  begin() {}
  bytes() {}
  taken() {}
  ended() {}
  result() {}
}

export class Download extends Transfer {
  #pieces = [];
  #recent = [];
  #size = 0;
  #ack = new AckCounter({ tell: (n) => this.socket.readyState === 1 && this.socket.send(say.ack(n)) });

  bytes(bytes) {
    this.#recent.push(bytes);
    this.#size += bytes.length;
    if (this.#size >= MERGE) this.#merge();
    this.forward(bytes.length);
    this.#ack.reach(this.moved);
  }

  #merge() {
    this.#pieces.push(new Blob(this.#recent));
    this.#recent = [];
    this.#size = 0;
  }

  ended() {
    this.#ack.stop();
  }

  result() {
    this.#merge();
    return new Blob(this.#pieces, { type: "application/octet-stream" });
  }
}

export class Upload extends Transfer {
  #file;
  #room = () => {};
  #input = new Input({ piece: 32 << 10, changed: () => this.#room() });

  constructor(url, token, progress, file) {
    super(url, token, progress);
    this.#file = file;
  }

  async begin(hello) {
    const { socket } = this;
    this.#input.open(socket, hello.stdin);
    for (let at = 0; at < this.#file.size && socket.readyState === 1; at += AT_ONCE) {
      const bytes = new Uint8Array(await this.#file.slice(at, at + AT_ONCE).arrayBuffer());
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
    this.forward(n - this.moved);
    this.#input.taken(n);
  }

  ended() {
    this.#input.close();
  }
}
