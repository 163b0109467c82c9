// Every state of the page with a real session in it, on a desktop and on a phone, light and dark. The pictures are for
// people (WHARF_SCREENSHOTS); what is asserted is that everything has its place.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";

import { DESKTOP, PHONE, screenshot } from "./browser.mjs";
import { Harbour, PASSWORD } from "./harbour.mjs";
import { Relay } from "./relay.mjs";
import { PROMPT, whyNoSshd } from "./sshd.mjs";
import { assertContent, assertFits, atCursor, card, inState, run, someLine } from "./terminal_page.mjs";

const BOARD = [
  "",
  "\x1b[1;33m  ⚓ Welcome to the harbour\x1b[0m",
  "",
  ...[0, 60].map((bright) => Array.from({ length: 8 }, (_, column) => `\x1b[${30 + column + bright}m colour\x1b[0m`).join("")),
  "",
  "  ┌────────┬──────┐",
  "  │ 船舶   │ 🚢🛟 │",
  "  │ ferry  │   42 │",
  "  └────────┴──────┘",
  "",
].join("\n");
const DEVICES = { desktop: { viewport: DESKTOP }, phone: { viewport: PHONE, hasTouch: true, isMobile: true } };

describe("how the page looks", { timeout: 300_000, skip: whyNoSshd() }, () => {
  const harbour = new Harbour(
    { keys: { own: {} }, users: [{ name: "ada", password: PASSWORD, keys: ["own"] }] },
    () => ({ share: { enabled: true }, sftp: { enabled: true } }),
  );
  const relay = new Relay();
  before(async () => {
    await harbour.start();
    await relay.start(harbour.server.url.port);
    const home = harbour.sshd.homes.ada;
    await mkdir(join(home, "charts"));
    await writeFile(join(home, "board"), BOARD);
    await writeFile(join(home, "a long name of a file that tells of the tides, 2026.txt"), "x".repeat(123_456));
    await writeFile(join(home, "旅行.md"), "好\n");
  });
  after(async () => {
    await harbour.leave();
    await relay.cut();
    await harbour.stop();
  });
  afterEach(() => harbour.leave());

  for (const colorScheme of ["light", "dark"])
    for (const [device, options] of Object.entries(DEVICES))
      test(`${device}, ${colorScheme}`, async () => {
        const address = new URL(`http://127.0.0.1:${relay.port}/terminal/`);
        const page = await harbour.visit({ address, colorScheme, ...options });
        const take = async (what) => {
          await page.waitForFunction(() => document.getAnimations().every((one) => one.effect.getTiming().iterations === Infinity));
          await assertFits(page, what);
          await screenshot(page, `ssh-${device}-${colorScheme}-${what}`);
        };
        const panel = async (name) => {
          await page.click(`#open-${name}`);
          await page.waitForSelector(`#${name}:not([hidden])`);
        };

        await writeFile(harbour.knownHosts, "");
        await card(page, "target-card");
        await take("1-who");
        await page.fill("#target-user", "ada");
        await page.click("#target-card .main");
        await card(page, "hostkey-card");
        await take("2-host-key");
        await page.click("#hostkey-accept");
        await card(page, "auth-card");
        await take("3-login");
        await page.fill("#auth-password", "wrong");
        await page.keyboard.press("Enter");
        await page.waitForSelector("#auth-reason:not([hidden])");
        await take("4-wrong");
        await page.click('#auth-methods label:has([value="publickey"])');
        await take("5-key");
        await page.fill("#auth-key", harbour.sshd.keys.own);
        await page.click("#auth-card .main");
        await harbour.arrive(page);
        await run(page, "clear; cat board; ls -l");
        await someLine(page, /旅行\.md$/);
        await atCursor(page, PROMPT);
        await take("6-shell");

        await panel("files");
        await page.waitForSelector("#files-entries li");
        await take("7-files");
        await page.click("#files [data-close]");
        await panel("share");
        await page.click("#share-form .main");
        await page.waitForSelector("#share-result:not([hidden])");
        const viewer = await harbour.visit({ address: new URL(await page.inputValue("#share-link")), colorScheme, ...options });
        await inState(viewer, "open");
        await someLine(viewer, /旅行\.md$/);
        await page.waitForSelector("#share-viewers li");
        await take("8-share");
        await assertFits(viewer, "a viewer");
        await screenshot(viewer, `ssh-${device}-${colorScheme}-9-viewer`);
        await page.click("#share [data-close]");
        await panel("settings");
        await take("10-settings");
        await page.click("#settings [data-close]");
        assertContent(page, viewer);

        await relay.cut();
        await inState(page, "waiting");
        await take("11-lost");
        await relay.mend();
        await inState(page, "open");
        await run(page, "exit 3");
        await inState(page, "ended");
        await take("12-ended");
      });

  test("nobody accepts a connection", async () => {
    const nowhere = new Harbour({ users: [{ name: "ada" }] }, () => ({ target: { host: "127.0.0.1", port: 1 } }));
    try {
      await nowhere.start();
      const page = await nowhere.visit({ viewport: PHONE });
      await card(page, "target-card");
      await page.fill("#target-user", "ada");
      await page.keyboard.press("Enter");
      await card(page, "end-card");
      await someText(page, "#end-text", /127\.0\.0\.1:1.*refused|127\.0\.0\.1.*port 1/);
      await assertFits(page, "an error");
      await screenshot(page, "ssh-phone-light-13-error");
      assertContent(page);
    } finally {
      await nowhere.leave();
      await nowhere.stop();
    }
  });

  async function someText(page, where, pattern) {
    await page.waitForFunction(([selector, source]) => new RegExp(source).test(document.querySelector(selector).textContent), [where, pattern.source]);
  }
});
