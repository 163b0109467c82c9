import assert from "node:assert/strict";
import { test } from "node:test";

import { Download, FilesError, Upload } from "../../plugins/paramiko/web/transfer.js";
import { Turns } from "../../plugins/paramiko/web/turns.js";

const CONTENT = Uint8Array.from({ length: 600_000 }, (_, at) => (at * 7) % 251);
const turn = () => new Promise((done) => setTimeout(done));

// The far end of a socket, as `serve` plays it: serve(socket, frame) for each frame, the greeting being null.
const sockets = (serve) =>
  class extends EventTarget {
    readyState = 1;
    bufferedAmount = 0;
    heard = [];
    constructor() {
      super();
      setTimeout(() => {
        this.say({ t: "hello", limits: { stdin: 1 << 20 } });
        serve(this, null);
      });
    }
    send(frame) {
      this.heard.push(frame);
      setTimeout(() => this.readyState === 1 && serve(this, typeof frame === "string" ? JSON.parse(frame) : frame));
    }
    say(message) {
      this.put(JSON.stringify(message));
    }
    put(data) {
      this.dispatchEvent(Object.assign(new Event("message"), { data }));
    }
    close(code = 1000) {
      if (this.readyState === 3) return;
      this.readyState = 3;
      setTimeout(() => this.dispatchEvent(Object.assign(new Event("close"), { code })));
    }
  };

// Answers questions from `answers`, and writes them down.
const server = (answers) => {
  const asked = [];
  const ask = async (op, path, more = {}) => {
    asked.push([op, more.offset ?? 0]);
    return answers[op](more);
  };
  return { asked, ask };
};

// A server of one file, whose sockets break after so many bytes.
const broken = (after) => {
  const offsets = [];
  const Socket = sockets((socket, message) => {
    if (message?.t !== "transfer") return;
    const from = Number(message.token);
    const end = Math.min(CONTENT.length, from + after);
    for (let at = from; at < end; at += 50_000) socket.put(CONTENT.slice(at, Math.min(end, at + 50_000)).buffer);
    offsets.push(from);
    if (end < CONTENT.length) return socket.close(1006);
    socket.say({ t: "sftp", id: 1, ok: true });
  });
  return { Socket, offsets };
};

test("a download that broke goes on where it broke, and is whole", async () => {
  const { Socket, offsets } = broken(250_000);
  const told = [];
  const { ask, asked } = server({
    get: ({ offset }) => ({ token: String(offset), size: CONTENT.length, modified: 7 }),
    stat: () => ({ entries: [{ size: CONTENT.length, modified: 7 }] }),
  });
  const download = new Download("file", { Socket, progress: (bytes) => told.push(bytes) });
  for (let tries = 0; tries < 2; tries += 1) await assert.rejects(download.run("ws:", ask), (error) => error.again);
  const blob = await download.run("ws:", ask);
  assert.deepEqual(new Uint8Array(await blob.arrayBuffer()), CONTENT);
  assert.deepEqual(offsets, [0, 250_000, 500_000]);
  assert.deepEqual(asked, [["get", 0], ["stat", 0], ["get", 250_000], ["stat", 0], ["get", 500_000]]);
  assert.equal(told.at(-1), CONTENT.length);
});

test("acks count from the beginning of their socket", async () => {
  const opened = [];
  const { Socket } = broken(250_000);
  class Listening extends Socket {
    constructor() {
      super();
      opened.push(this);
    }
  }
  const { ask } = server({
    get: ({ offset }) => ({ token: String(offset), size: CONTENT.length, modified: 7 }),
    stat: () => ({ entries: [{ size: CONTENT.length, modified: 7 }] }),
  });
  const download = new Download("file", { Socket: Listening });
  await assert.rejects(download.run("ws:", ask));
  await assert.rejects(download.run("ws:", ask));
  for (const { heard } of opened) {
    const acks = heard.map((frame) => JSON.parse(frame)).filter(({ t }) => t === "ack");
    assert.ok(acks.length > 0);
    for (const { n } of acks) assert.ok(n > 0 && n <= 250_000, String(n));
  }
});

test("the rest of a file that has changed is not taken for its own", async () => {
  const { Socket } = broken(250_000);
  const { ask } = server({
    get: ({ offset }) => ({ token: String(offset), size: CONTENT.length, modified: 7 }),
    stat: () => ({ entries: [{ size: CONTENT.length, modified: 8 }] }),
  });
  const download = new Download("file", { Socket });
  await assert.rejects(download.run("ws:", ask));
  await assert.rejects(download.run("ws:", ask), (error) => error instanceof FilesError && !error.again);
});

// A server that keeps what it is sent, and whose sockets break once they have brought so much.
const keeping = (after) => {
  const there = { bytes: [], begun: 0 };
  const Socket = sockets((socket, message) => {
    if (message?.t === "transfer") {
      there.begun += 1;
      socket.taken = 0;
      there.bytes.length = Number(message.token);
    } else if (message?.t === "eof") socket.say({ t: "sftp", id: 1, ok: true });
    else if (message?.length) {
      there.bytes.push(...message);
      socket.taken += message.length;
      socket.say({ t: "ack", n: socket.taken });
      if (socket.taken >= after) socket.close(1006);
    }
  });
  return { Socket, there };
};

test("an upload that broke goes on behind what is there", async () => {
  const { Socket, there } = keeping(400_000);
  const { ask, asked } = server({
    put: ({ offset = 0, size }) => {
      assert.equal(offset + size, CONTENT.length);
      return { token: String(offset) };
    },
    stat: () => ({ entries: [{ size: there.bytes.length }] }),
  });
  const told = [];
  const upload = new Upload("file", new Blob([CONTENT]), { Socket, progress: (bytes) => told.push(bytes) });
  await assert.rejects(upload.run("ws:", ask), (error) => error.again);
  const reached = there.bytes.length;
  assert.ok(reached >= 400_000 && reached < CONTENT.length, String(reached));
  await upload.run("ws:", ask);
  assert.deepEqual(Uint8Array.from(there.bytes), CONTENT);
  assert.deepEqual(asked, [["put", 0], ["stat", 0], ["put", reached]]);
  assert.equal(told.at(-1), CONTENT.length);
});

test("an upload does not go on behind what it has not sent", async () => {
  const { Socket } = keeping(100_000);
  const { ask } = server({ put: () => ({ token: "0" }), stat: () => ({ entries: [{ size: CONTENT.length + 1 }] }) });
  const upload = new Upload("file", new Blob([CONTENT]), { Socket });
  await assert.rejects(upload.run("ws:", ask));
  await assert.rejects(upload.run("ws:", ask), (error) => error instanceof FilesError && !error.again);
});

test("what the server says of a transfer is why it failed", async () => {
  const Socket = sockets((socket, message) => {
    if (message?.t !== "transfer") return;
    socket.say({ t: "sftp", id: 1, error: { code: "E_LIMIT", msg: "file is too large", retry: false } });
    socket.close(1000);
  });
  const { ask } = server({ get: () => ({ token: "0", size: 1, modified: 1 }) });
  await assert.rejects(new Download("file", { Socket }).run("ws:", ask), { message: "file is too large", again: false });
});

test("what is cancelled is neither asked for nor tried again", async () => {
  const { Socket } = broken(250_000);
  const { ask, asked } = server({ get: () => ({ token: "0", size: CONTENT.length, modified: 7 }) });
  const early = new Download("file", { Socket });
  early.cancel();
  await assert.rejects(early.run("ws:", ask), { message: "Cancelled.", again: false });
  assert.deepEqual(asked, []);
  const late = new Download("file", { Socket });
  const run = late.run("ws:", ask);
  await turn();
  late.cancel();
  await assert.rejects(run, { message: "Cancelled.", again: false });
});

test("so many at once, and the others in their order", async () => {
  const turns = new Turns();
  const ends = [];
  const begun = [];
  const work = (name) => turns.take(() => new Promise((done, fail) => {
    begun.push(name);
    ends.push({ done, fail });
  }));
  const all = ["a", "b", "c", "d"].map(work);
  assert.deepEqual(begun, ["a"]);
  turns.most = 2;
  assert.deepEqual(begun, ["a", "b"]);
  ends[0].fail(new Error("no"));
  await assert.rejects(all[0]);
  await turn();
  assert.deepEqual(begun, ["a", "b", "c"]);
  ends[1].done("well");
  assert.equal(await all[1], "well");
  await turn();
  assert.deepEqual(begun, ["a", "b", "c", "d"]);
});
