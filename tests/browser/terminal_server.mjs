// A stand-in for the server, for what the terminal page does by itself: it says what a test tells it to, and plays a
// shell that only echoes. What the real server says is proved against the real server.
import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { WebSocketServer } from "ws";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json", ".txt": "text/plain" };
// What the real one sends with every page.
const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; object-src 'none'; " +
  "base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
export const WINDOW = 512 << 10; // bytes that may be on their way to a page
const PROMPT = "\x1b[1;32muser@harbour\x1b[0m:\x1b[1;34m~\x1b[0m$ ";

export const HELLO = {
  t: "hello",
  v: 1,
  features: ["resume", "share", "sftp"],
  limits: { window: WINDOW, stdin: 1 << 20, maxmsg: 64 << 10, idle: 1800, grace: 120, transfers: 2 },
  choose: false,
  needs: [],
};
export const PASSWORD = {
  t: "authreq",
  methods: ["publickey", "kbd", "password"],
  partial: false,
  user: "user",
  name: "",
  instruction: "",
  prompts: [],
  left: 3,
  reason: "",
};
export const KEY = {
  t: "hostkey",
  status: "new",
  ask: true,
  host: "harbour.example",
  port: 22,
  alg: "ssh-ed25519",
  fp: "SHA256:k3J0qkXvQnJm1sN0F1c7mQe3u2v9bQy8z5w4x3y2z1A",
  known: [],
};

// A terminal that outlives its sockets.
class Shell {
  id = randomBytes(12).toString("base64url");
  token = randomBytes(32).toString("base64url");
  output = Buffer.alloc(0); // from the beginning
  input = Buffer.alloc(0); // all of it
  sent = 0;
  acked = 0;
  socket = null;
  line = "";
  size = null;
  sizes = [];
  silent = false; // runs nothing, and echoes nothing

  put(text) {
    this.output = Buffer.concat([this.output, Buffer.from(text)]);
    this.pump();
  }

  pump() {
    while (this.socket?.readyState === 1 && this.sent < this.output.length && this.sent - this.acked < WINDOW) {
      const end = Math.min(this.output.length, this.sent + (16 << 10), this.acked + WINDOW);
      this.socket.send(this.output.subarray(this.sent, end));
      this.sent = end;
    }
  }

  type(bytes) {
    this.input = Buffer.concat([this.input, bytes]);
    if (this.silent) return;
    let echo = "";
    for (const character of bytes.toString()) {
      if (character === "\r") {
        this.put(echo);
        echo = "";
        this.enter();
      } else if (character >= " ") {
        this.line += character;
        echo += character;
      }
    }
    this.put(echo);
  }

  enter() {
    const [command, ...words] = this.line.trim().split(" ");
    this.line = "";
    this.put("\r\n");
    if (command === "exit") return this.exit(Number(words[0] ?? 0));
    if (command === "size") this.put(`${this.size.rows} ${this.size.cols}\r\n`);
    if (command === "echo") this.put(`${words.join(" ")}\r\n`);
    if (command === "flood") this.put(`${"y".repeat(78)}\r\n`.repeat(Number(words[0])));
    this.put(PROMPT);
  }

  exit(status) {
    this.socket?.send(JSON.stringify({ t: "exit", status, ms: 83_000, bytes: this.output.length }));
    this.socket?.close(1000);
    this.ended = true;
  }
}

export class StandIn {
  // What the next visitor meets. `hostkey` null: the key is known. `auth`: the requests one after the other; an answer
  // that `wrong` names makes the same request come again.
  hello = HELLO;
  hostkey = null;
  auth = [PASSWORD];
  wrong = () => "";
  ready = {};
  greeting = "";
  refuse = null; // { error, code }
  shells = new Map();
  heard = []; // text frames
  on = {}; // handlers of further kinds of messages, by t: (message, socket, shell)
  #http;
  #sockets;

  constructor(pages) {
    this.pages = pages;
  }

  async start() {
    this.#http = createServer((request, response) => this.#page(request, response));
    this.#sockets = new WebSocketServer({ server: this.#http, handleProtocols: (offered) => (offered.has("ssh.v1") ? "ssh.v1" : false) });
    this.#sockets.on("connection", (socket, request) => this.#visit(socket, request));
    await new Promise((done) => this.#http.listen(this.port ?? 0, "127.0.0.1", done));
    this.port = this.#http.address().port;
    this.url = new URL(`http://127.0.0.1:${this.port}/terminal/`);
  }

  // Breaks every connection; the shells stay.
  async stop() {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#http.closeAllConnections();
    await new Promise((done) => this.#http.close(done));
  }

  dropAll() {
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  get shell() {
    return [...this.shells.values()].at(-1);
  }

  async #page(request, response) {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://x").pathname));
    const name = path.replace(/^\/terminal\/?/, "") || "index.html";
    try {
      const body = await readFile(join(this.pages, name));
      response.writeHead(200, {
        "content-type": TYPES[extname(name)] ?? "application/octet-stream",
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  }

  #visit(socket) {
    const say = (message) => socket.send(JSON.stringify(message));
    let shell = null;
    let step = 0;
    let taken = 0;

    const next = () => {
      if (step === 0 && this.hostkey) return say(this.hostkey);
      const request = this.auth[Math.max(0, step - 1)];
      if (request && step > 0) return say(request);
      if (step === 0) {
        step = 1;
        return next();
      }
      attach(new Shell(), 0);
      shell.put(this.greeting + PROMPT);
    };
    const attach = (to, got) => {
      shell = to;
      this.shells.set(shell.id, shell);
      if (shell.socket && shell.socket !== socket) shell.socket.close(4409);
      shell.socket = socket;
      shell.token = randomBytes(32).toString("base64url");
      shell.sent = shell.acked = got;
      const details = { kex: "curve25519-sha256", cipher: "aes128-ctr", hostkey: "ssh-ed25519", banner: "", ro: false, recorded: false };
      say({ t: "ready", id: shell.id, off: got, resume: shell.token, ...details, ...this.ready });
      shell.pump();
    };

    const heard = {
      connect: (message) => {
        if (this.refuse) {
          say({ t: "error", ...this.refuse.error });
          return socket.close(this.refuse.code);
        }
        const known = message.resume && this.shells.get(message.resume.id);
        if (message.resume && (known?.token !== message.resume.token || known.ended)) return socket.close(4404);
        if (known) {
          known.size = message;
          return attach(known, message.resume.got);
        }
        this.size = message;
        next();
        if (shell) shell.size = message;
      },
      hostkey: (message) => {
        if (!message.accept || message.fp !== this.hostkey.fp) {
          say({ t: "error", code: "E_HOSTKEY", msg: "The host key was not trusted.", retry: false });
          return socket.close(4410);
        }
        step = 1;
        next();
      },
      auth: (message) => {
        const reason = this.wrong(message, step - 1);
        if (reason) {
          const left = (this.auth[step - 1].left -= 1);
          if (left > 0) return say({ ...this.auth[step - 1], reason });
          say({ t: "error", code: "E_AUTH", msg: "harbour.example refused the login of user three times.", retry: false });
          return socket.close(4401);
        }
        step += 1;
        next();
        if (shell) shell.size ??= this.size;
      },
      resize: (message) => {
        if (!shell) return;
        shell.size = message;
        shell.sizes.push(`${message.cols}x${message.rows}`);
      },
      ack: (message) => {
        if (!shell) return;
        shell.acked = message.n;
        shell.pump();
      },
      ping: (message) => say({ t: "pong", id: message.id, ssh_ms: 8.4 }),
      close: () => {
        if (shell) shell.ended = true;
        socket.close(1000);
      },
    };

    socket.on("message", (data, isBinary) => {
      if (isBinary) {
        taken += data.length;
        say({ t: "ack", n: taken });
        return shell?.type(data);
      }
      const message = JSON.parse(data.toString());
      this.heard.push(message);
      (this.on[message.t] ?? heard[message.t])?.(message, socket, shell);
    });
    say(this.hello);
  }
}

export const digest = (bytes) => createHash("sha256").update(bytes).digest("hex");
