// What was recorded of a real terminal is shown as it was seen.
import assert from "node:assert/strict";
import { mkdir, readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";

import { screenshot } from "./browser.mjs";
import { Harbour, PASSWORD } from "./harbour.mjs";
import { whyNoSshd } from "./sshd.mjs";
import { assertContent, assertFits, card, inState, lines, run, someLine } from "./terminal_page.mjs";

describe("a recording", { timeout: 120_000, skip: whyNoSshd() }, () => {
  let recordings;
  const harbour = new Harbour({ users: [{ name: "ada", password: PASSWORD }] }, (sshd) => {
    recordings = join(sshd.scratch, "recordings");
    return { recording: { dir: recordings } };
  });
  before(async () => {
    await harbour.start();
    await mkdir(recordings, { recursive: true });
  });
  after(() => harbour.stop());
  afterEach(() => harbour.leave());

  async function record() {
    const page = await harbour.visit();
    await card(page, "target-card");
    await page.check("#target-record");
    await page.focus("#target-user");
    await harbour.logIn(page, "ada");
    assert.equal(await page.isVisible("#recorded"), true);
    await run(page, "printf '\\033[32mgreen 你好 🚢\\033[0m\\n'; seq 60");
    await someLine(page, /^60$/);
    const wide = await page.evaluate(() => window.term.cols);
    await page.setViewportSize({ width: 900, height: 600 });
    await page.waitForFunction((before) => window.wire.said.findLast(({ t }) => t === "resize").cols < before, wide);
    await run(page, "stty size; exit");
    await inState(page, "ended");
    return page;
  }
  const jump = (page, to) =>
    page.$eval("#player-seek", (seek, value) => {
      seek.value = value;
      for (const kind of ["input", "change"]) seek.dispatchEvent(new Event(kind, { bubbles: true }));
    }, to);

  test("shows what was seen, in the sizes it had", async () => {
    const page = await record();
    const seen = await lines(page);
    const [name, ...more] = (await readdir(recordings)).filter((file) => file.endsWith(".cast"));
    assert.deepEqual([Boolean(name), more], [true, []]);

    const other = await harbour.visit();
    await card(other, "target-card");
    const file = { name, mimeType: "text/plain", buffer: await readFile(join(recordings, name)) };
    await other.setInputFiles("#replay-file", file);
    await inState(other, "replay");
    await other.selectOption("#player-speed", "16");
    await someLine(other, /exit$/);
    await jump(other, "1000");
    await someLine(other, /exit$/);
    assert.equal(await lines(other), seen);
    assert.equal(await other.evaluate(() => window.term.cols), await page.evaluate(() => window.term.cols));
    await assertFits(other, "a recording");
    await screenshot(other, "ssh-desktop-light-14-replay");
    assertContent(page, other);
  });
});
