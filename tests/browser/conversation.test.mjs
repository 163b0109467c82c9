import assert from "node:assert/strict";
import { test } from "node:test";

import { pageModule } from "./page_module.mjs";

const { Conversation } = await pageModule("conversation.js");

const stamped = (text) => `2026-01-31 18:04:05收到消息：${text}`;

test("a text and its receipt are one message", () => {
  const conversation = new Conversation();
  assert.deepEqual(conversation.take("hi"), { kind: "text", text: "hi", own: false });
  assert.deepEqual(conversation.take(stamped("hi")), { kind: "receipt", text: stamped("hi") });
});

test("a text that looks like a receipt is a text", () => {
  const conversation = new Conversation();
  const sly = stamped("hi");
  assert.equal(conversation.take(sly).kind, "text");
  assert.equal(conversation.take(stamped(sly)).kind, "receipt");
  assert.equal(conversation.take("other").kind, "text");
  assert.equal(conversation.take(sly).kind, "text");
});

test("an empty text has a receipt, too", () => {
  const conversation = new Conversation();
  assert.equal(conversation.take("").kind, "text");
  assert.equal(conversation.take(stamped("")).kind, "receipt");
});

test("what was said here is own once, and unconfirmed when the connection breaks first", () => {
  const conversation = new Conversation();
  conversation.said("one");
  conversation.said("two");
  assert.equal(conversation.take("from elsewhere").own, false);
  assert.equal(conversation.take("one").own, true);
  assert.equal(conversation.take("one").own, false);
  assert.deepEqual(conversation.broke(), ["two"]);
  assert.deepEqual(conversation.broke(), []);
});
