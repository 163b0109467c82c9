// What tests do with the terminal page, whoever serves it.
import assert from "node:assert/strict";
import { join, resolve } from "node:path";

export const LIMIT = 60_000; // a deadline for a busy machine, and no measure of anything
export const PAGES = join(resolve(process.env.WHARF_BUILD ?? "."), "plugins/paramiko/web");

export const inState = (page, state) => page.waitForSelector(`#status[data-state="${state}"]`);
export const card = (page, id) => page.waitForSelector(`#${id}:not([hidden])`);

// All that the terminal holds, as text.
export const lines = (page) =>
  page.evaluate(() => {
    const { active } = window.term.buffer;
    return Array.from({ length: active.length }, (_, y) => active.getLine(y).translateToString(true)).join("\n").trimEnd();
  });

async function explained(page, wait, what) {
  try {
    await wait;
  } catch (error) {
    throw new Error(`${error.message}: ${what} in\n${await lines(page)}`);
  }
}

// Until line `y` matches.
export const line = (page, y, pattern) =>
  explained(page, page.waitForFunction(([at, source]) =>
    new RegExp(source, "u").test(window.term.buffer.active.getLine(at)?.translateToString(true) ?? ""), [y, pattern.source]),
  `${pattern} in line ${y}`);

// Until the line with the cursor matches, up to the cursor.
export const atCursor = (page, pattern) =>
  explained(page, page.waitForFunction((source) => {
    const { active } = window.term.buffer;
    const text = active.getLine(active.baseY + active.cursorY)?.translateToString(false, 0, active.cursorX) ?? "";
    return new RegExp(source, "u").test(text);
  }, pattern.source), `${pattern} before the cursor`);

// Until some line matches.
export const someLine = (page, pattern) =>
  explained(page, page.waitForFunction((source) => {
    const { active } = window.term.buffer;
    const wanted = new RegExp(source, "u");
    for (let y = active.length - 1; y >= 0; y -= 1) if (wanted.test(active.getLine(y).translateToString(true))) return true;
    return false;
  }, pattern.source), `${pattern} in some line`);

export async function run(page, command) {
  await page.keyboard.type(command);
  await page.keyboard.press("Enter");
}

export const paste = (page, pasted) =>
  page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, pasted);

export async function until(condition, what) {
  const end = Date.now() + LIMIT;
  for (;;) {
    const answer = await condition();
    if (answer) return answer;
    assert.ok(Date.now() < end, `not in time: ${what}`);
    await new Promise((done) => setTimeout(done, 10));
  }
}

// Chromium and xterm.js tell of slow drawing without a graphics card; that is their own business.
export const complaints = (page) => page.complaints.filter((text) => !/GL Driver Message|WebGL|task queue exceeded/.test(text));
export const assertContent = (...pages) => pages.forEach((page) => assert.deepEqual(complaints(page), []));

export async function assertFits(page, name) {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${name}: scrolls sideways by ${overflow} px`);
  const outside = await page.$$eval(".bar *, .card *, .panel *, .banner *, .status *, .player *, .search *", (parts) =>
    parts.filter((part) => part.checkVisibility() && !part.closest(".unseen") &&
      (part.getBoundingClientRect().right > innerWidth + 0.5 || part.getBoundingClientRect().left < -0.5))
      .map((part) => part.outerHTML.slice(0, 200)));
  assert.deepEqual(outside, [], `${name}: leaves the screen`);
}
