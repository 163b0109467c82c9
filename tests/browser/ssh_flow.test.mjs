// A flood from a real program: it can be stopped, and what nobody looks at is held by nobody.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";

import { Harbour, PASSWORD } from "./harbour.mjs";
import { PROMPT, whyNoSshd } from "./sshd.mjs";
import { atCursor, run, until } from "./terminal_page.mjs";

const MIB = 1 << 20;
const WINDOW = 512 << 10; // `flow.client_window`
const PACE = 300; // milliseconds between two looks
// How long the page stands still; 60 for a run by hand.
const STALL = Number(process.env.WHARF_STALL_SECONDS ?? 1) * 1000;

const pass = (time) => new Promise((done) => setTimeout(done, time));

describe("a flood", { timeout: 120_000 + 4 * STALL, skip: whyNoSshd() }, () => {
  const harbour = new Harbour({ users: [{ name: "ada", password: PASSWORD }] });
  before(() => harbour.start());
  after(() => harbour.stop());
  afterEach(() => harbour.leave());

  async function flood(page, bytes) {
    await page.evaluate(() => (window.wire.pieces = null));
    const before = await page.evaluate(() => window.wire.received);
    await run(page, "yes");
    await page.waitForFunction((limit) => window.wire.received > limit, before + bytes);
  }
  // Answers with how many bytes came behind ^C, and how many milliseconds it took to the prompt on the screen.
  async function interrupt(page) {
    const shown = page.waitForFunction((source) => {
      const sent = window.wire.typed.findLast(({ bytes }) => bytes[0] === 3);
      const { active } = window.term.buffer;
      const text = active.getLine(active.baseY + active.cursorY)?.translateToString(false, 0, active.cursorX) ?? "";
      return sent && new RegExp(source).test(text) && { bytes: window.wire.received - sent.received, time: performance.now() - sent.time };
    }, PROMPT.source, { polling: "raf" });
    await page.keyboard.press("Control+C");
    const answer = await (await shown).jsonValue();
    await atCursor(page, PROMPT);
    await page.evaluate(() => (window.wire.typed = []));
    return answer;
  }

  test("^C ends it, behind no more than what was on its way", async (t) => {
    const page = await harbour.shell("ada");
    for (let time = 0; time < 3; time += 1) {
      await flood(page, 4 * MIB);
      const { bytes, time: took } = await interrupt(page);
      t.diagnostic(`from ^C to the prompt: ${Math.round(took)} ms, ${bytes} bytes`);
      assert.ok(bytes <= WINDOW, `${bytes} bytes of output behind ^C`);
      await harbour.sshd.gone("yes");
    }
  });

  test("a page that stands still makes the program wait, and costs the server nothing", async (t) => {
    const page = await harbour.shell("ada");
    await flood(page, 4 * MIB);
    await interrupt(page);
    const before = await harbour.server.resident();

    await flood(page, MIB);
    const debug = await page.context().newCDPSession(page);
    await debug.send("Debugger.enable");
    const stopped = new Promise((done) => debug.once("Debugger.paused", done));
    await debug.send("Debugger.pause");
    await stopped;
    let written = 0;
    await until(async () => {
      const last = written;
      written = await harbour.sshd.written("yes");
      await pass(PACE);
      return written === last;
    }, "yes waits");
    let most = 0;
    for (const end = Date.now() + STALL; Date.now() < end; await pass(PACE)) {
      most = Math.max(most, (await harbour.server.resident()) - before);
      assert.equal(await harbour.sshd.written("yes"), written, "yes goes on waiting");
    }
    t.diagnostic(`the server has grown by ${most >> 10} KiB in ${STALL / 1000} s`);
    assert.ok(most < MIB, `the server has grown by ${most} bytes`);

    await debug.send("Debugger.disable");
    const received = await page.evaluate(() => window.wire.received);
    await page.waitForFunction((limit) => window.wire.received > limit, received + MIB);
    await interrupt(page);
    await harbour.sshd.gone("yes");
  });
});
