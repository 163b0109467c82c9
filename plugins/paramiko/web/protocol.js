// What the page and the server say to each other in the text frames of `ssh.v1`: one JSON object each, whose `t` is
// the kind of message. Binary frames are the bytes of the terminal and do not come here.
export const SUBPROTOCOL = "ssh.v1";

// Why the server closes, by close code. `lost` says that the session may still be there.
export const CLOSINGS = {
  1000: { lost: false, text: "The server has closed the connection." },
  1001: { lost: false, text: "The server was stopped, and the session with it." },
  1008: { lost: false, text: "The server does not accept connections from this page." },
  1009: { lost: false, text: "A message was too large for the server." },
  4400: { lost: false, text: "The server did not understand this page. Reload it: it may be of another version." },
  4401: { lost: false, text: "The login was refused, or has ended." },
  4403: { lost: false, text: "This target is not allowed." },
  4404: { lost: false, text: "The session is no longer there." },
  4408: { lost: false, text: "The session was idle for too long." },
  4409: { lost: false, text: "The session was taken over elsewhere." },
  4410: { lost: false, text: "The host key was refused." },
  4429: { lost: false, text: "There are too many sessions or attempts. Wait a moment." },
  4502: { lost: false, text: "The connection to the SSH server broke." },
};

// What some of them say to who looks at somebody else's terminal.
const TO_VIEWERS = {
  1000: { lost: false, text: "The session has ended." },
  4403: { lost: false, text: "You may no longer look at this terminal." },
};

export const closing = (code, viewing = false) => (viewing && TO_VIEWERS[code]) || CLOSINGS[code] || { lost: true, text: "The connection to the server is lost." };

const text = (value) => (typeof value === "string" ? value : "");
const number = (value) => (Number.isFinite(value) ? value : 0);
const list = (value) => (Array.isArray(value) ? value : []);
const texts = (value) => list(value).filter((item) => typeof item === "string");
const object = (value) => (value !== null && typeof value === "object" && !Array.isArray(value) ? value : {});

const prompt = (value) => ({ text: text(object(value).text), echo: object(value).echo === true });
const viewer = (value) => ({
  id: text(object(value).id),
  name: text(object(value).name),
  writable: object(value).mode === "rw",
});
const TYPES = { f: "file", d: "directory", l: "link" };
const entry = (value) => ({
  name: text(object(value).name),
  type: TYPES[text(object(value).type)[0]] ?? "other",
  size: number(object(value).size),
  modified: number(object(value).mtime),
  mode: number(object(value).mode),
});
const failure = (value) => ({
  code: text(object(value).code),
  text: text(object(value).msg),
  retry: object(value).retry === true,
});

// Each kind, with every field there and of its type, so that nobody else has to look.
const READERS = {
  hello: (m) => ({
    features: texts(m.features),
    window: number(object(m.limits).window),
    stdin: number(object(m.limits).stdin),
    message: number(object(m.limits).maxmsg),
    idle: number(object(m.limits).idle),
    grace: number(object(m.limits).grace),
    transfers: number(object(m.limits).transfers) || 1,
    choose: m.choose === true,
    needs: texts(m.needs),
  }),
  hostkey: (m) => ({
    status: text(m.status),
    ask: m.ask !== false,
    host: text(m.host),
    port: number(m.port),
    algorithm: text(m.alg),
    fingerprint: text(m.fp),
    known: texts(m.known),
  }),
  authreq: (m) => ({
    methods: texts(m.methods),
    partial: m.partial === true,
    user: text(m.user),
    name: text(m.name),
    instruction: text(m.instruction),
    prompts: list(m.prompts).map(prompt),
    left: number(m.left),
    reason: text(m.reason),
  }),
  ready: (m) => ({
    id: text(m.id),
    token: text(m.resume),
    offset: number(m.off),
    banner: text(m.banner),
    kex: text(m.kex),
    cipher: text(m.cipher),
    hostKey: text(m.hostkey),
    readOnly: m.ro === true,
    recorded: m.recorded === true,
  }),
  replay: (m) => ({ from: number(m.from), truncated: m.truncated === true }),
  exit: (m) => ({
    status: Number.isInteger(m.status) ? m.status : null,
    signal: text(m.signal),
    lasted: number(m.ms),
    bytes: number(m.bytes),
  }),
  error: failure,
  pong: (m) => ({ id: number(m.id), ssh: Number.isFinite(m.ssh_ms) ? m.ssh_ms : null }),
  viewers: (m) => ({ viewers: list(m.viewers).map(viewer) }),
  idle: (m) => ({ seconds: number(m.in), fixed: m.fixed === true }),
  size: (m) => ({ cols: number(m.cols), rows: number(m.rows) }),
  shared: (m) => ({ token: text(m.token), writable: m.mode === "rw", ttl: number(m.ttl) }),
  ack: (m) => ({ n: number(m.n) }),
  sftp: (m) => ({
    id: number(m.id),
    error: m.error === undefined ? null : failure(m.error),
    entries: m.entries === undefined ? null : list(m.entries).map(entry),
    more: m.more === true,
    truncated: m.truncated === true,
    token: text(m.token),
    size: Number.isFinite(m.size) ? m.size : null,
    modified: Number.isFinite(m.mtime) ? m.mtime : null,
  }),
};

// The message of a text frame: { t, …fields }. Null for a kind that this page does not know, which a newer server may
// send. Throws a SyntaxError for what is no message at all.
export function parse(frame) {
  const message = JSON.parse(frame);
  if (typeof object(message).t !== "string") throw new SyntaxError("a message without a kind");
  const reader = Object.hasOwn(READERS, message.t) ? READERS[message.t] : null;
  return reader && { t: message.t, ...reader(message) };
}

// What the page says. Each answers with the text frame.
export const say = {
  connect: ({ host, port, user, term, size, env, resume, join, record }) =>
    JSON.stringify({
      t: "connect",
      host: host || undefined,
      port: port || undefined,
      user: user || undefined,
      term,
      ...size,
      env,
      resume,
      join: join && { token: join },
      // What is on its way has to be drawn before the answer to ^C: with a whole window that is twice as long.
      want: { lowlat: true, record: record || undefined },
    }),
  password: (password) => JSON.stringify({ t: "auth", method: "password", password }),
  key: (key, passphrase) => JSON.stringify({ t: "auth", method: "publickey", key, passphrase: passphrase || undefined }),
  answers: (answers) => JSON.stringify({ t: "auth", method: "kbd", answers }),
  agent: () => JSON.stringify({ t: "auth", method: "agent" }),
  hostkey: (accept, remember, fp) => JSON.stringify({ t: "hostkey", accept, remember, fp }),
  resize: (size) => JSON.stringify({ t: "resize", ...size }),
  ack: (n) => JSON.stringify({ t: "ack", n }),
  ping: (id) => JSON.stringify({ t: "ping", id }),
  eof: () => JSON.stringify({ t: "eof" }),
  close: () => JSON.stringify({ t: "close" }),
  share: (mode, ttl) => JSON.stringify({ t: "share", mode, ttl: ttl || undefined }),
  kick: (viewer) => JSON.stringify({ t: "kick", viewer }),
  sftp: (op, id, path, more = {}) => JSON.stringify({ t: "sftp", op, id, path, ...more }),
  transfer: (token) => JSON.stringify({ t: "transfer", token }),
};
