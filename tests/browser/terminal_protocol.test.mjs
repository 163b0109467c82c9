import assert from "node:assert/strict";
import { test } from "node:test";

import { closing, parse, say } from "../../plugins/paramiko/web/protocol.js";

const message = (t, fields = {}) => parse(JSON.stringify({ t, ...fields }));

test("a message has every field, of its type, whatever the server left out", () => {
  assert.deepEqual(message("hello"), {
    t: "hello", features: [], window: 0, stdin: 0, message: 0, idle: 0, grace: 0, transfers: 1, choose: false, needs: [],
  });
  assert.deepEqual(message("authreq", { methods: ["kbd", 7, null], prompts: [{ text: "Code: ", echo: true }, null], left: "3" }), {
    t: "authreq", methods: ["kbd"], partial: false, user: "", name: "", instruction: "", left: 0, reason: "",
    prompts: [{ text: "Code: ", echo: true }, { text: "", echo: false }],
  });
  assert.deepEqual(message("hostkey", { status: "ok", ask: false, alg: "ssh-ed25519", fp: "SHA256:x", host: "h", port: 22 }), {
    t: "hostkey", status: "ok", ask: false, host: "h", port: 22, algorithm: "ssh-ed25519", fingerprint: "SHA256:x", known: [],
  });
});

test("what a session begins and ends with", () => {
  const ready = message("ready", { id: "a", resume: "secret", off: 12, ro: true, recorded: false, cipher: "aes128-ctr" });
  assert.deepEqual([ready.id, ready.token, ready.offset, ready.readOnly, ready.recorded], ["a", "secret", 12, true, false]);
  assert.equal(message("ready", { id: "a", off: 0 }).token, "");
  assert.deepEqual(message("exit", { status: 0, ms: 5, bytes: 9 }), { t: "exit", status: 0, signal: "", lasted: 5, bytes: 9 });
  assert.deepEqual(message("exit", { signal: "TERM" }), { t: "exit", status: null, signal: "TERM", lasted: 0, bytes: 0 });
  assert.deepEqual(message("error", { code: "E_AUTH", msg: "no", retry: true }), { t: "error", code: "E_AUTH", text: "no", retry: true });
});

test("answers about files", () => {
  const answer = message("sftp", { id: 4, more: true, entries: [{ name: "a", type: "d", size: 1, mtime: 2, mode: 3 }, { name: "b", type: "x" }] });
  assert.deepEqual(answer.entries.map(({ name, type }) => [name, type]), [["a", "directory"], ["b", "other"]]);
  assert.equal(answer.more, true);
  assert.equal(message("sftp", { id: 1, ok: true }).error, null);
  assert.equal(message("sftp", { id: 1, token: "t" }).size, null);
  const { size, modified, truncated } = message("sftp", { id: 1, token: "t", size: 5, mtime: 7 });
  assert.deepEqual([size, modified, truncated], [5, 7, false]);
  assert.equal(message("sftp", { id: 1, entries: [], more: false, truncated: true }).truncated, true);
  assert.equal(message("sftp", { id: 1, error: { code: "E_POLICY", msg: "denied" } }).error.text, "denied");
});

test("an unknown kind is nothing, and what is no message is an error", () => {
  assert.equal(message("news"), null);
  assert.equal(message("constructor"), null);
  for (const frame of ["", "7", "null", "[]", "{}", '{"t":7}', "{"]) assert.throws(() => parse(frame), SyntaxError);
});

test("what is not known is left out of what the page says", () => {
  const size = { cols: 80, rows: 24, px: 0, py: 0 };
  assert.deepEqual(JSON.parse(say.connect({ host: "", port: 0, user: "", term: "xterm", size, env: {} })), { t: "connect", term: "xterm", ...size, env: {}, want: { lowlat: true } });
  assert.deepEqual(JSON.parse(say.connect({ term: "xterm", size, join: "secret" })).join, { token: "secret" });
  assert.deepEqual(JSON.parse(say.key("KEY", "")), { t: "auth", method: "publickey", key: "KEY" });
  assert.deepEqual(JSON.parse(say.share("ro", 0)), { t: "share", mode: "ro" });
});

test("a close code says whether the session may still be there", () => {
  assert.equal(closing(1006).lost, true);
  for (const code of [1000, 1001, 4400, 4401, 4403, 4404, 4408, 4409, 4410, 4429, 4502]) assert.equal(closing(code).lost, false, code);
});
