import assert from "node:assert/strict";
import { test } from "node:test";

import { Memory } from "../../plugins/paramiko/web/memory.js";
import { above, inOrder, join, readable } from "../../plugins/paramiko/web/remote_path.js";
import { Settings } from "../../plugins/paramiko/web/settings.js";
import { StreamTail } from "../../plugins/paramiko/web/stream_tail.js";

const bytes = (text) => new TextEncoder().encode(text);

class Storage {
  items = new Map();
  constructor(room = Infinity) {
    this.room = room;
  }
  getItem(key) {
    return this.items.get(key) ?? null;
  }
  setItem(key, value) {
    if (value.length > this.room) throw new Error("full");
    this.items.set(key, value);
  }
  removeItem(key) {
    this.items.delete(key);
  }
}

test("the end of a stream that is not complete, wherever it is cut", () => {
  const whole = ["plain", "é", "好", "🚢", "\x1b[1;31m", "\x1b]0;title\x07", "\x1b]0;title\x1b\\", "\x1bP1q\x1b\\", "\x1bM", "\x1b(B", "\x1b[?25l"];
  for (const sequence of whole) {
    const all = bytes(sequence);
    for (let cut = 1; cut <= all.length; cut += 1) {
      const tail = new StreamTail();
      tail.add(bytes("before\n"));
      for (const byte of all.subarray(0, cut)) tail.add([byte]);
      const isOpen = cut < all.length && sequence !== "plain";
      assert.equal(tail.length, isOpen ? cut : 0, JSON.stringify([sequence, cut]));
    }
  }
});

test("what is broken off by something new counts no longer", () => {
  const length = (text) => {
    const tail = new StreamTail();
    tail.add(typeof text === "string" ? bytes(text) : text);
    return tail.length;
  };
  assert.equal(length("\x1b[1;\x1b[3"), 3);
  assert.equal(length("\x1b[1;\x18"), 0);
  assert.equal(length([0xe5, 0xa5, 0x41]), 0);
  assert.equal(length([0xe5, 0xe5, 0xa5]), 2);
  assert.equal(length([0xff, 0xc0, 0x80]), 0);
  assert.equal(length("\x1b]0;x\x1b[3"), 3);
});

test("a tab remembers its ticket and its screen, as much as there is room for", () => {
  const memory = new Memory(new Storage(120));
  memory.ticket = { id: "a", token: "t" };
  assert.deepEqual(memory.ticket, { id: "a", token: "t" });
  const screen = (text) => () => ({ id: "a", got: 7, text });
  memory.keepScreen([screen("x".repeat(500)), screen("short")]);
  assert.equal(memory.screen("a").text, "short");
  assert.equal(memory.screen("b"), null, "of another session");
  memory.keepScreen([screen("x".repeat(500))]);
  assert.equal(memory.screen("a"), null, "an old screen is worse than none");
  memory.ticket = null;
  assert.equal(memory.ticket, null);
});

test("a browser that keeps nothing is no error", () => {
  const memory = new Memory(null);
  memory.ticket = { id: "a" };
  memory.keepScreen([() => ({})]);
  assert.deepEqual([memory.ticket, memory.screen("a")], [null, null]);
  const settings = new Settings(null);
  settings.set("fontSize", 20);
  assert.equal(settings.values.fontSize, 20);
});

test("settings are kept, and what makes no sense is the default or the nearest", () => {
  const storage = new Storage();
  const settings = new Settings(storage);
  let changes = 0;
  settings.addEventListener("change", () => (changes += 1));
  settings.set("theme", "dark");
  settings.set("fontSize", "99");
  settings.set("scrollback", "");
  settings.set("clipboardWrite", "yes");
  assert.equal(changes, 4);
  const { theme, fontSize, scrollback, clipboardWrite } = new Settings(storage).values;
  assert.deepEqual({ theme, fontSize, scrollback, clipboardWrite }, { theme: "dark", fontSize: 32, scrollback: 5000, clipboardWrite: false });
  for (const broken of ["{", "null", "7"]) {
    storage.setItem("wharf-terminal-settings", broken);
    assert.equal(new Settings(storage).values.theme, "auto");
  }
});

test("paths of the other side", () => {
  assert.deepEqual([join(".", "a"), join("/", "a"), join("a/b", "c"), join("a", "/c")], ["a", "/a", "a/b/c", "/c"]);
  assert.deepEqual(["a/b", "a", ".", "..", "/a", "/", "/a/b/"].map(above), ["a", ".", "..", "../..", "/", "/", "/a"]);
});

test("folders first, and names as people count", () => {
  const entry = (name, type = "file") => ({ name, type });
  const order = inOrder([entry("file10"), entry("file9"), entry("."), entry(".."), entry("Zoo", "directory"), entry("apple")]);
  assert.deepEqual(order.map(({ name }) => name), ["Zoo", "apple", "file9", "file10"]);
  assert.deepEqual([0, 1023, 1024, 1_500_000, 200 * 2 ** 30].map(readable), ["0 bytes", "1023 bytes", "1.0 KiB", "1.4 MiB", "200 GiB"]);
});
