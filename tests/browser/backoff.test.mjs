import assert from "node:assert/strict";
import { test } from "node:test";

import { pageModule } from "./page_module.mjs";

const { Backoff } = await pageModule("backoff.js");

test("waits double up to the limit, at least half of each span", () => {
  const least = new Backoff({ first: 100, limit: 1000, random: () => 0 });
  assert.deepEqual([1, 2, 3, 4, 5, 6].map(() => least.next()), [50, 100, 200, 400, 500, 500]);
  const most = new Backoff({ first: 100, limit: 1000, random: () => 1 });
  assert.deepEqual([1, 2, 3, 4, 5].map(() => most.next()), [100, 200, 400, 800, 1000]);
});

test("chance spreads the waits", () => {
  const waits = new Set(Array.from({ length: 20 }, () => new Backoff({ first: 1000 }).next()));
  assert.ok(waits.size > 1);
});

test("a success starts over, and a long absence overflows nothing", () => {
  const backoff = new Backoff({ first: 100, limit: 1000, random: () => 0 });
  for (let failure = 0; failure < 5000; failure += 1) assert.ok(backoff.next() <= 1000);
  backoff.reset();
  assert.equal(backoff.next(), 50);
});
