import assert from "node:assert/strict";
import { test } from "node:test";

import { Keys } from "../../plugins/paramiko/web/keys.js";
import { howToPaste, safe } from "../../plugins/paramiko/web/paste.js";
import { splitTarget } from "../../plugins/paramiko/web/target.js";

test("a modifier holds for one key, or until it is tapped again", () => {
  const keys = new Keys();
  keys.tap("ctrl");
  assert.equal(keys.typed("c"), "\x03");
  assert.equal(keys.typed("c"), "c");
  keys.tap("ctrl");
  keys.tap("ctrl");
  assert.deepEqual([keys.typed("a"), keys.typed("E"), keys.ctrl], ["\x01", "\x05", "locked"]);
  keys.tap("ctrl");
  assert.deepEqual([keys.typed("a"), keys.ctrl], ["a", "off"]);
});

test("control and alt of letters, signs and what has neither", () => {
  const keys = new Keys();
  const withCtrl = (text) => {
    keys.tap("ctrl");
    return keys.typed(text);
  };
  assert.deepEqual(["[", "\\", " ", "?", "/", "é"].map(withCtrl), ["\x1b", "\x1c", "\x00", "\x7f", "\x1f", "é"]);
  keys.tap("alt");
  assert.equal(keys.typed("b"), "\x1bb");
  keys.tap("alt");
  keys.tap("ctrl");
  assert.equal(keys.typed("c"), "\x1b\x03");
});

test("a paste is no key, and keeps the modifier for the next", () => {
  const keys = new Keys();
  keys.tap("ctrl");
  assert.equal(keys.typed("cat"), "cat");
  assert.equal(keys.typed("🚢"), "🚢");
  keys.tap("ctrl");
  assert.equal(keys.typed("c"), "\x03");
});

test("keys of the bar, in both modes and with modifiers", () => {
  const keys = new Keys();
  assert.deepEqual(["up", "home", "pageup", "escape", "tab", "~"].map((key) => keys.pressed(key)), ["\x1b[A", "\x1b[H", "\x1b[5~", "\x1b", "\t", "~"]);
  assert.deepEqual(["up", "end"].map((key) => keys.pressed(key, true)), ["\x1bOA", "\x1bOF"]);
  keys.tap("ctrl");
  assert.equal(keys.pressed("right", true), "\x1b[1;5C");
  keys.tap("alt");
  assert.equal(keys.pressed("pagedown"), "\x1b[6;3~");
  assert.equal(keys.alt, "off");
});

test("the bar hears of each change", () => {
  let changes = 0;
  const keys = new Keys(() => (changes += 1));
  keys.tap("alt");
  keys.typed("x");
  assert.equal(changes, 2);
});

test("what is pasted holds no sequence, and its lines end alike", () => {
  assert.equal(safe("a\x1b[201~b\x00\x07\x9b\x7fc\td\r\ne\rf\ng"), "a[201~bc\td\ne\nf\ng");
});

test("several lines are asked about, as the settings say", () => {
  const ask = (text, bracketed, confirm) => howToPaste(text, { bracketed, confirm }).ask;
  assert.deepEqual(["always", "runs", "never"].map((confirm) => ask("one", false, confirm)), [false, false, false]);
  assert.deepEqual(["always", "runs", "never"].map((confirm) => ask("one\ntwo", false, confirm)), [true, true, false]);
  assert.deepEqual(["always", "runs", "never"].map((confirm) => ask("one\ntwo", true, confirm)), [true, false, false]);
  assert.match(howToPaste("one\n", { bracketed: false, confirm: "always" }).question, /One line with its end.*run/);
  assert.match(howToPaste("one\ntwo\n", { bracketed: false, confirm: "always" }).question, /^2 lines/);
});

test("a target as people write it", () => {
  const target = (user, host, port) => ({ user, host, port });
  assert.deepEqual(splitTarget("harbour"), target("", "harbour", ""));
  assert.deepEqual(splitTarget(" anna@harbour.example:2222 "), target("anna", "harbour.example", "2222"));
  assert.deepEqual(splitTarget("[::1]:22"), target("", "::1", "22"));
  assert.deepEqual(splitTarget("anna@fe80::1"), target("anna", "fe80::1", ""));
});
