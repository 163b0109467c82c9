import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { Session } from "../../plugins/paramiko/web/session.js";

// A socket whose other end is the test.
class Socket extends EventTarget {
  static all = [];
  readyState = 1;
  bufferedAmount = 0;
  said = [];

  constructor(url, subprotocol) {
    super();
    Object.assign(this, { url, subprotocol });
    Socket.all.push(this);
  }
  send(data) {
    this.said.push(typeof data === "string" ? JSON.parse(data) : data);
  }
  close() {
    this.readyState = 3;
  }
  hears(message) {
    const data = message instanceof Uint8Array ? message.buffer : JSON.stringify(message);
    this.dispatchEvent(Object.assign(new Event("message"), { data }));
  }
  breaks(code = 1006) {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }
  static get last() {
    return Socket.all.at(-1);
  }
}

let session = null;
afterEach(() => {
  session?.close();
  Socket.all = [];
});

const HELLO = { t: "hello", v: 1, features: [], limits: { stdin: 1000 }, choose: false, needs: [] };
const ready = (more) => ({ t: "ready", id: "a", resume: "first", off: 0, ro: false, ...more });
const bytes = (text) => new TextEncoder().encode(text);

function begin(how) {
  const seen = [];
  session = new Session("ws://here/", { Socket, backoff: { next: () => 1, reset() {} } });
  for (const kind of ["output", "reset", "unsent", "ready"])
    session.addEventListener(kind, ({ detail }) => seen.push(kind === "output" ? new TextDecoder().decode(detail.bytes) : kind));
  session.addEventListener("hello", () => session.bound || session.connect({}));
  session.start(how);
  return seen;
}
async function nextSocket(count) {
  while (Socket.all.length < count) await new Promise((done) => setTimeout(done, 1));
  return Socket.last;
}

test("greets, connects and counts what it shows", () => {
  const seen = begin();
  const socket = Socket.last;
  assert.deepEqual([socket.url, socket.subprotocol, session.state], ["ws://here/", "ssh.v1", "connecting"]);
  session.resize({ cols: 100, rows: 30 });
  socket.hears(HELLO);
  assert.equal(socket.said[0].t, "connect");
  assert.deepEqual([socket.said[0].cols, socket.said[0].rows], [100, 30]);
  assert.equal(session.write(bytes("early")), false);
  socket.hears(ready());
  socket.hears(bytes("hello"));
  assert.deepEqual([session.state, seen], ["open", ["ready", "hello"]]);
  session.parsed(5);
  assert.deepEqual([session.shown, session.ticket], [5, { id: "a", token: "first" }]);
  assert.equal(session.write(bytes("ls")), true);
  assert.ok(socket.said.at(-1) instanceof Uint8Array);
});

test("a lost socket is resumed with all that was received, under the newest token", async () => {
  const seen = begin();
  Socket.last.hears(HELLO);
  Socket.last.hears(ready());
  Socket.last.hears(bytes("0123456789"));
  session.parsed(4); // the rest is still on its way to the screen
  Socket.last.breaks();
  assert.equal(session.state, "waiting");
  const second = await nextSocket(2);
  second.hears(HELLO);
  assert.deepEqual(second.said[0].resume, { id: "a", token: "first", got: 10 });
  second.hears(ready({ resume: "second", off: 10 }));
  assert.deepEqual(second.said.find(({ t }) => t === "ack"), { t: "ack", n: 4 });
  second.hears(bytes("abc"));
  assert.deepEqual(seen, ["ready", "0123456789", "ready", "abc"]);
  assert.equal(session.ticket.token, "second");
  second.breaks();
  const third = await nextSocket(3);
  third.hears(HELLO);
  assert.deepEqual(third.said[0].resume, { id: "a", token: "second", got: 13 });
});

test("nothing is acknowledged to a socket that has not come to the terminal yet", async () => {
  begin();
  Socket.last.hears(HELLO);
  Socket.last.hears(ready());
  Socket.last.hears(new Uint8Array(200_000));
  Socket.last.breaks();
  const second = await nextSocket(2);
  session.parsed(200_000); // the screen is slow
  second.hears(HELLO);
  assert.deepEqual(second.said.map(({ t }) => t), ["connect"]);
  second.hears(ready({ resume: "second", off: 200_000 }));
  assert.deepEqual(second.said.find(({ t }) => t === "ack"), { t: "ack", n: 200_000 });
});

test("bytes that come a second time are left out", async () => {
  const seen = begin();
  Socket.last.hears(HELLO);
  Socket.last.hears(ready());
  Socket.last.hears(bytes("01234"));
  Socket.last.breaks();
  const second = await nextSocket(2);
  second.hears(HELLO);
  second.hears(ready({ off: 2 }));
  second.hears(bytes("23"));
  second.hears(bytes("456"));
  assert.deepEqual(seen, ["ready", "01234", "ready", "56"]);
});

test("when bytes are missing, the screen is cleared and the count goes on from there", async () => {
  const seen = begin({ resume: { id: "a", token: "kept", got: 100 } });
  const socket = Socket.last;
  socket.hears(HELLO);
  assert.deepEqual(socket.said[0].resume, { id: "a", token: "kept", got: 100 });
  socket.hears(ready({ off: 100 }));
  socket.hears({ t: "replay", from: 5000, truncated: true });
  assert.deepEqual(socket.said.filter(({ t }) => t === "ack").at(-1), { t: "ack", n: 5000 });
  socket.hears(bytes("abc"));
  assert.deepEqual(seen, ["ready", "reset", "abc"]);
  session.parsed(105); // something from before the gap
  assert.equal(session.shown, 5000);
  session.parsed(5003);
  assert.equal(session.shown, 5003);
});

for (const [code, words] of [[4404, /no longer there/], [4409, /taken over/], [4502, /SSH server broke/], [1001, /stopped/]])
  test(`close code ${code} is the end`, () => {
    begin();
    Socket.last.hears(HELLO);
    Socket.last.hears(ready());
    Socket.last.breaks(code);
    assert.equal(session.state, "ended");
    assert.match(session.ending.text, words);
    assert.equal(session.ticket, null);
  });

test("a login that fails is not tried again, and says what the server said", () => {
  begin();
  Socket.last.hears(HELLO);
  Socket.last.hears({ t: "error", code: "E_AUTH", msg: "Nobody is logged in.", retry: true });
  Socket.last.breaks(4401);
  assert.deepEqual([session.state, session.ending.text, session.ending.code], ["ended", "Nobody is logged in.", "E_AUTH"]);
  assert.equal(Socket.all.length, 1);
});

test("a server that cannot be reached at first is an end, too", () => {
  begin();
  Socket.last.breaks();
  assert.equal(session.state, "ended");
  assert.match(session.ending.text, /Nobody accepts a connection at ws:/);
});

test("an exit is an end with its status", () => {
  begin();
  Socket.last.hears(HELLO);
  Socket.last.hears(ready());
  Socket.last.hears({ t: "exit", status: 3, ms: 1500, bytes: 0 });
  assert.deepEqual([session.state, session.ending.tone, session.ending.lasted], ["ended", "bad", 1500]);
  assert.match(session.ending.text, /status 3/);
});

test("input that was not sent is told of", () => {
  const seen = begin();
  Socket.last.hears(HELLO);
  Socket.last.hears(ready());
  session.write(new Uint8Array(100_000));
  Socket.last.breaks();
  assert.deepEqual(seen, ["ready", "unsent"]);
});

test("a viewer types nothing, and comes back with the token of the link", async () => {
  const seen = begin({ join: "link" });
  Socket.last.hears(HELLO);
  assert.deepEqual(Socket.last.said[0].join, { token: "link" });
  Socket.last.hears(ready({ resume: undefined, ro: true, off: 700 }));
  assert.deepEqual([session.viewing, session.write(bytes("x")), session.ticket], [true, false, null]);
  Socket.last.hears(bytes("abc"));
  session.parsed(703);
  Socket.last.breaks();
  const second = await nextSocket(2);
  second.hears(HELLO);
  assert.deepEqual(second.said[0].join, { token: "link" });
  second.hears(ready({ resume: undefined, ro: true, off: 700 }));
  second.hears(bytes("abcd"));
  assert.deepEqual(seen, ["ready", "abc", "ready", "d"]);
  const acks = second.said.filter(({ t }) => t === "ack").map(({ n }) => n);
  assert.deepEqual(acks, [700, 703], "never more than this socket has brought");
  second.breaks(4403);
  assert.equal(session.state, "ended");
  assert.match(session.ending.text, /no longer look/);
});

test("a viewer hears of an error, and of an end without one", () => {
  begin({ join: "link" });
  Socket.last.hears(HELLO);
  Socket.last.hears(ready({ resume: undefined, ro: true }));
  Socket.last.hears({ t: "error", code: "E_LOST", msg: "the connection broke", retry: false });
  Socket.last.breaks(4502);
  assert.equal(session.state, "ended");
  assert.equal(session.ending.text, "the connection broke");
  begin({ join: "link" });
  Socket.last.hears(HELLO);
  Socket.last.hears(ready({ resume: undefined, ro: true }));
  Socket.last.breaks(1000);
  assert.equal(session.state, "ended");
  assert.match(session.ending.text, /session has ended/);
});

test("what is no message ends the session rather than the page", () => {
  begin();
  Socket.last.dispatchEvent(Object.assign(new Event("message"), { data: "{" }));
  assert.equal(session.state, "ended");
});
