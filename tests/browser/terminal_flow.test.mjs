import assert from "node:assert/strict";
import { test } from "node:test";

import { AckCounter } from "../../plugins/paramiko/web/ack.js";
import { Backoff } from "../../plugins/paramiko/web/backoff.js";
import { Input } from "../../plugins/paramiko/web/input.js";
import { FakeTime } from "./fake_time.mjs";

function counter() {
  const time = new FakeTime();
  const told = [];
  return { time, told, ack: new AckCounter({ tell: (n) => told.push(n), setTimer: time.set, clearTimer: time.clear }) };
}

test("acks come each 64 KiB, and after 100 ms for what is less", () => {
  const { time, told, ack } = counter();
  ack.reach(1000);
  time.pass(99);
  assert.deepEqual(told, []);
  time.pass(1);
  assert.deepEqual(told, [1000]);
  ack.reach(1000 + (64 << 10));
  assert.deepEqual(told, [1000, 1000 + (64 << 10)]);
  time.pass(1000);
  assert.equal(told.length, 2, "nothing is told twice");
});

test("many small pieces make few acks", () => {
  const { time, told, ack } = counter();
  for (let n = 1; n <= 1000; n += 1) {
    ack.reach(n);
    time.pass(1);
  }
  time.pass(100);
  assert.equal(told.at(-1), 1000);
  assert.ok(told.length <= 10, told.length);
});

test("a count begins anew, and what belongs to an earlier one changes nothing", () => {
  const { time, told, ack } = counter();
  ack.reach(500);
  ack.start(9000);
  time.pass(1000);
  assert.deepEqual(told, []);
  ack.reach(600);
  time.pass(1000);
  assert.deepEqual(told, []);
  ack.reach(9001);
  time.pass(1000);
  assert.deepEqual(told, [9001]);
});

class Socket {
  sent = [];
  bufferedAmount = 0;
  readyState = 1;
  send(bytes) {
    this.sent.push(bytes.length);
  }
  get total() {
    return this.sent.reduce((sum, size) => sum + size, 0);
  }
}

test("input goes in pieces, and stops while the socket holds much", () => {
  const time = new FakeTime();
  const input = new Input({ piece: 10, high: 25, setTimer: time.set, clearTimer: time.clear });
  const socket = new Socket();
  socket.send = function send(bytes) {
    this.sent.push(bytes.length);
    this.bufferedAmount += bytes.length;
  };
  assert.equal(input.push(new Uint8Array(5)), false, "nobody is there");
  input.open(socket);
  assert.equal(input.push(new Uint8Array(95)), true);
  assert.deepEqual(socket.sent, [10, 10, 10]);
  assert.equal(input.queued, 65);
  socket.bufferedAmount = 0;
  time.pass(1000);
  assert.equal(socket.total, 60);
  for (let n = 0; n < 5; n += 1) {
    socket.bufferedAmount = 0;
    time.pass(1000);
  }
  assert.deepEqual([socket.total, input.queued], [95, 0]);
});

test("no more input is on its way than the server has room for", () => {
  const input = new Input({ piece: 10 });
  const socket = new Socket();
  input.open(socket, 35);
  input.push(new Uint8Array(100));
  assert.equal(socket.total, 30);
  input.taken(10);
  assert.equal(socket.total, 40);
  input.taken(40);
  assert.equal(socket.total, 70);
  input.taken(70);
  assert.deepEqual([socket.total, input.queued], [100, 0]);
  const other = new Socket();
  input.close();
  input.open(other, 35);
  input.push(new Uint8Array(30));
  assert.equal(other.total, 30, "a new socket counts from 0");
});

test("with a small window the pieces are smaller, so that an ack for each quarter of it is enough", () => {
  const input = new Input({ piece: 100 });
  const socket = new Socket();
  input.open(socket, 20);
  input.push(new Uint8Array(100));
  let told = 0;
  for (let rounds = 0; rounds < 100 && input.queued > 0; rounds += 1) {
    if (socket.total - told >= 5) input.taken((told = socket.total));
    assert.ok(socket.total - told <= 20);
  }
  assert.equal(input.queued, 0);
});

test("what could not be sent is counted and forgotten", () => {
  const input = new Input({ piece: 10 });
  const socket = new Socket();
  input.open(socket, 10);
  input.push(new Uint8Array(25));
  assert.equal(input.close(), 15);
  input.open(socket);
  assert.equal(socket.total, 10);
});

test("waits double up to the limit, half of each is chance", () => {
  const least = new Backoff({ first: 100, limit: 1000, random: () => 0 });
  assert.deepEqual([1, 2, 3, 4, 5, 6].map(() => least.next()), [50, 100, 200, 400, 500, 500]);
  least.reset();
  assert.equal(least.next(), 50);
  const most = new Backoff({ first: 100, limit: 1000, random: () => 1 });
  for (let failure = 0; failure < 5000; failure += 1) assert.ok(most.next() <= 1000);
});
