// One terminal and several pages: the owner's, and those of who has its link.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";

import { PHONE, screenshot } from "./browser.mjs";
import { Harbour, PASSWORD } from "./harbour.mjs";
import { whyNoSshd } from "./sshd.mjs";
import { assertContent, assertFits, inState, run, someLine } from "./terminal_page.mjs";

const HANDHELD = { viewport: PHONE, hasTouch: true, isMobile: true };
const skip = whyNoSshd();

// A new link, by the page of the owner.
async function share(page, mode = "ro") {
  await page.click("#open-share");
  const before = await page.inputValue("#share-link");
  await page.selectOption("#share-mode", mode);
  await page.click("#share-form .main");
  await page.waitForFunction((last) => document.querySelector("#share-link").value !== last, before);
  return new URL(await page.inputValue("#share-link"));
}
async function toTerminal(page) {
  await page.click("#share [data-close]");
  await page.focus(".xterm-helper-textarea");
}
const count = (page, number) => page.waitForFunction((text) => document.querySelector("#viewer-count").textContent === text, String(number));
const size = (page) => page.evaluate(() => `${window.term.cols}x${window.term.rows}`);
const sized = (page, wanted) => page.waitForFunction((text) => `${window.term.cols}x${window.term.rows}` === text, wanted);

describe("sharing", { timeout: 240_000, skip }, () => {
  const harbour = new Harbour(
    { users: [{ name: "ada", password: PASSWORD }] },
    () => ({ share: { enabled: true, allow_rw: true } }),
  );
  before(() => harbour.start());
  after(() => harbour.stop());
  afterEach(() => harbour.leave());

  async function look(address, options) {
    const page = await harbour.visit({ address, reducedMotion: "reduce", ...options });
    await inState(page, "open");
    return page;
  }

  test("who has the link sees it, in the size of the owner, until they are removed", async () => {
    const owner = await harbour.shell("ada", { colorScheme: "dark", reducedMotion: "reduce" });
    await run(owner, "echo be''fore");
    await someLine(owner, /^before$/);
    const link = await share(owner);
    assert.equal(await owner.isVisible("#share-nobody"), true);
    const guest = await look(link, { colorScheme: "light" });
    await someLine(guest, /^before$/);
    assert.equal(new URL(guest.url()).hash, "");
    assert.equal(await guest.isVisible("#read-only"), true);
    await count(owner, 1);
    await screenshot(owner, "share-owner-desktop");
    await screenshot(guest, "share-viewer-desktop");
    await toTerminal(owner);

    await guest.keyboard.type("echo intru''der\n");
    await run(owner, "echo la''ter");
    await someLine(guest, /^later$/);
    assert.doesNotMatch(await owner.evaluate(() => window.wire.text()), /intru/);

    await owner.setViewportSize({ width: 900, height: 500 });
    await owner.waitForFunction((was) => `${window.term.cols}x${window.term.rows}` !== was, await size(guest));
    await sized(guest, await size(owner));

    await owner.click("#open-share");
    await assertFits(owner, "the owner's panel");
    await owner.click("#share-viewers button");
    await inState(guest, "ended");
    await guest.waitForSelector("text=You may no longer look at this terminal.");
    await owner.waitForSelector("#share-nobody");
    const late = await harbour.visit({ address: link });
    await inState(late, "ended");
    assertContent(owner, guest, late);
  });

  test("a link to type by, from a phone, and across reloads of both", async () => {
    const owner = await harbour.shell("ada", { reducedMotion: "reduce" });
    const guest = await look(await share(owner, "rw"), HANDHELD);
    await count(owner, 1);
    assert.equal(await guest.isVisible("#read-only"), false);
    await guest.focus(".xterm-helper-textarea");
    await run(guest, "echo from-the-pho''ne");
    await someLine(owner, /^from-the-phone$/);
    await assertFits(guest, "a viewer's phone");
    await screenshot(guest, "share-viewer-phone");

    await guest.reload();
    await inState(guest, "open");
    await someLine(guest, /^from-the-phone$/);
    await owner.reload();
    await inState(owner, "open");
    await count(owner, 1);
    await owner.focus(".xterm-helper-textarea");
    await run(owner, "exit");
    await inState(guest, "ended");
    await guest.waitForSelector("text=The session ended with status 0.");
    await inState(owner, "ended");
    assertContent(owner, guest);
  });
});
