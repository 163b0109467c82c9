// A session outlives its socket and its page: every byte of a real program comes once, whatever breaks meanwhile.
import assert from "node:assert/strict";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";

import { Harbour, PASSWORD } from "./harbour.mjs";
import { Relay } from "./relay.mjs";
import { PROMPT, whyNoSshd } from "./sshd.mjs";
import { assertContent, atCursor, complaints, inState, lines, run, someLine } from "./terminal_page.mjs";
import { output } from "./wire_tap.mjs";

const COUNT = 400;
const row = (number) => `${number} 你好 🚢 Grüße`;
const coloured = (number) => `\x1b[3${1 + (number % 6)}m${number}\x1b[0m 你好 🚢 Grüße\n`;
const ROWS = Array.from({ length: COUNT }, (_, number) => number);
// In pieces that respect neither characters nor sequences, and that take some seconds.
const DRIP = `
import os, sys, time
content = open("rows", "rb").read()
at, size = 0, 1
while at < len(content):
    os.write(1, content[at : at + size])
    at, size = at + size, size % 97 + 1
    time.sleep(0.008)
`;

describe("a session that outlives its socket", { timeout: 180_000, skip: whyNoSshd() }, () => {
  const harbour = new Harbour({ users: [{ name: "ada", password: PASSWORD }] });
  const relay = new Relay();
  before(async () => {
    await harbour.start();
    await relay.start(harbour.server.url.port);
    for (const [name, content] of Object.entries({ rows: ROWS.map(coloured).join(""), "drip.py": DRIP })) {
      await writeFile(join(harbour.sshd.homes.ada, name), content);
      await chmod(join(harbour.sshd.homes.ada, name), 0o644);
    }
  });
  after(async () => {
    await harbour.leave();
    await relay.cut();
    await harbour.stop();
  });
  afterEach(() => harbour.leave());

  const times = (page) => page.evaluate(() => window.wire.heard.filter(({ t }) => t === "ready").length);
  const start = async (page) => {
    await run(page, "clear; python3 drip.py");
    await someLine(page, /^20 你好/);
  };
  async function assertScreen(page) {
    await someLine(page, new RegExp(`^${row(COUNT - 1)}$`));
    await atCursor(page, PROMPT);
    const shown = (await lines(page)).split("\n").filter((text) => /^\d/.test(text));
    assert.deepEqual(shown, ROWS.map(row));
    // Colours came along, too.
    const colours = await page.evaluate(() => {
      const { active } = window.term.buffer;
      return Array.from({ length: active.length }, (_, y) => active.getLine(y)).filter((found) => /^\d/.test(found.translateToString(true)))
        .map((found) => [found.getCell(0).getFgColor(), found.getCell(found.translateToString(true).indexOf(" ")).isFgDefault()]);
    });
    assert.deepEqual(colours, ROWS.map((number) => [1 + (number % 6), true]));
  }
  function assertBytes(whole) {
    const expected = Buffer.from(ROWS.map(coloured).join("").replaceAll("\n", "\r\n"));
    assert.ok(whole.includes(expected), "the program's bytes, all of them and in their order");
  }

  test("the page is loaded again, and again, while a program writes", async () => {
    const page = await harbour.shell("ada");
    await start(page);
    for (const number of [60, 120, 180]) {
      await someLine(page, new RegExp(`^${number} 你好`));
      await page.reload();
      await inState(page, "open");
    }
    await assertScreen(page);
    assertContent(page);
  });

  test("the network goes and comes back", async () => {
    const page = await harbour.shell("ada", { address: new URL(`http://127.0.0.1:${relay.port}/terminal/`) });
    await start(page);
    for (let time = 0; time < 2; time += 1) {
      await page.context().setOffline(true);
      await relay.cut();
      await inState(page, "waiting");
      assert.equal(await page.isVisible("#banner"), true);
      await relay.mend();
      await page.context().setOffline(false);
      await inState(page, "open");
      await page.waitForSelector("#banner", { state: "hidden" });
    }
    await assertScreen(page);
    assertBytes(await output(page));
    assert.deepEqual(complaints(page).filter((text) => !text.includes("WebSocket connection to")), []);
  });

  test("a socket breaks often", async () => {
    const page = await harbour.shell("ada", { address: new URL(`http://127.0.0.1:${relay.port}/terminal/`) });
    await start(page);
    for (const number of [40, 80, 120, 160, 200]) {
      await someLine(page, new RegExp(`^${number} 你好`));
      const before = await times(page);
      await relay.cut();
      await relay.mend();
      await page.waitForFunction((count) => window.wire.heard.filter(({ t }) => t === "ready").length > count, before);
    }
    await assertScreen(page);
    assertBytes(await output(page));
  });

  test("a second tab takes the session over when it is a copy of the first", async () => {
    const page = await harbour.shell("ada");
    const ticket = await page.evaluate(() => ({ ...sessionStorage }));
    const copy = await page.context().newPage();
    copy.complaints = [];
    await copy.addInitScript((kept) => Object.assign(sessionStorage, kept), ticket);
    await copy.goto(harbour.address.href);
    await inState(copy, "open");
    await inState(page, "ended");
    assert.match(await page.textContent("#banner-text"), /taken over elsewhere/);
    await run(copy, "echo here");
    await someLine(copy, /^here$/);
  });
});
