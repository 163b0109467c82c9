import assert from "node:assert/strict";
import { test } from "node:test";

import { parseCast, parseSize } from "../../plugins/paramiko/web/cast.js";
import { Player } from "../../plugins/paramiko/web/player.js";

const cast = (...lines) => lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
const HEADER = { version: 2, width: 90, height: 20, title: "Leaving port" };

test("a recording", () => {
  const parsed = parseCast(cast(HEADER, [0.5, "o", "a\r\n"], [0.25, "o", "b"], "", [3, "r", "100x30"], [3.5, "m", "here"]));
  assert.deepEqual([parsed.width, parsed.height, parsed.title, parsed.duration], [90, 20, "Leaving port", 3.5]);
  assert.deepEqual(parsed.events.map(({ at, kind, data }) => [at, kind, data]),
    [[0.5, "o", "a\r\n"], [0.5, "o", "b"], [3, "r", "100x30"], [3.5, "m", "here"]]);
});

test("a last line that was cut off is left out, any other is an error", () => {
  assert.equal(parseCast(cast(HEADER, [1, "o", "a"], '[2, "o", "b')).events.length, 1);
  assert.throws(() => parseCast(cast(HEADER, [1, "o"], [2, "o", "b"])), /Line 2/);
  for (const text of ["", "no", "null", '{"version":1}', "[]"]) assert.throws(() => parseCast(text), /no recording/);
});

test("sizes that make no sense are not taken", () => {
  assert.deepEqual(parseSize("100x30"), { cols: 100, rows: 30 });
  for (const text of ["", "x", "100", "-1x5", "99999x5"]) assert.equal(parseSize(text), null);
  assert.deepEqual([parseCast(cast({ version: 2, width: -5, height: 1e9 })).width, parseCast(cast({ version: 2, width: -5, height: 1e9 })).height], [80, 1000]);
});

function player(times) {
  const clock = { now: 0 };
  return { clock, player: new Player(times, () => clock.now) };
}

test("events are due in their time, at any speed, and not in a pause", () => {
  const { clock, player: it } = player([0, 1, 2, 10]);
  assert.deepEqual(it.due(), { from: 0, to: 1 });
  it.play();
  clock.now = 1500;
  assert.deepEqual(it.due(), { from: 1, to: 2 });
  assert.equal(it.wait, 500);
  it.pause();
  clock.now = 60_000;
  assert.equal(it.wait, Infinity);
  assert.deepEqual([it.due(), it.position], [{ from: 2, to: 2 }, 1.5]);
  it.play();
  it.rate = 4;
  assert.equal(it.wait, 125);
  clock.now += 125;
  assert.deepEqual(it.due(), { from: 2, to: 3 });
  clock.now += 60_000;
  assert.deepEqual([it.due(), it.position, it.ended, it.wait], [{ from: 3, to: 4 }, 10, true, Infinity]);
});

test("a jump ahead shows what lies between, a jump back all from the beginning", () => {
  const { player: it } = player([0, 1, 2, 3]);
  assert.deepEqual(it.seek(2.5), { from: 0, to: 3, again: false });
  assert.deepEqual(it.due(), { from: 3, to: 3 });
  assert.deepEqual(it.seek(2.2), { from: 3, to: 3, again: false });
  assert.deepEqual(it.seek(1), { from: 0, to: 2, again: true });
  assert.deepEqual([it.seek(-5), it.position], [{ from: 0, to: 1, again: true }, 0]);
  assert.deepEqual([it.seek(99).to, it.position], [4, 3]);
});

test("long pauses are made short, and stay where they are", () => {
  const { clock, player: it } = player([0, 1, 101, 102]);
  it.seek(50);
  it.skip(2);
  assert.deepEqual([it.duration, it.position], [4, 3]);
  it.play();
  clock.now = 10;
  assert.deepEqual(it.due(), { from: 2, to: 3 });
  it.skip(Infinity);
  assert.deepEqual([it.duration, Math.floor(it.position)], [102, 101]);
});

test("a recording of nothing is over at once", () => {
  const { player: it } = player([]);
  it.play();
  assert.deepEqual([it.duration, it.due(), it.ended, it.wait], [0, { from: 0, to: 0 }, true, Infinity]);
});
