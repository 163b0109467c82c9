// Files between a page and an OpenSSH server.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";

import { screenshot } from "./browser.mjs";
import { Harbour, PASSWORD } from "./harbour.mjs";
import { whyNoSshd } from "./sshd.mjs";
import { assertContent, assertFits, run, someLine } from "./terminal_page.mjs";
import { digest } from "./terminal_server.mjs";

const skip = whyNoSshd();

const file = (name, buffer) => ({ name, mimeType: "application/octet-stream", buffer });
const entry = (page, name) => page.waitForSelector(`#files-entries .named:text-is("${name}")`);
const done = (page, name) => page.waitForSelector(`#files-transfers li[data-state="done"]:has(.named:text-is("${name}"))`);
async function answer(page, text) {
  await page.waitForSelector("#ask[open]");
  if (text === null) return page.click("#ask-yes"); // what deletes has no focus
  await page.fill("#ask-input", text);
  return page.keyboard.press("Enter");
}
async function download(page, name) {
  const [down] = await Promise.all([page.waitForEvent("download"), page.click(`#files-entries [title="Download ${name}"]`)]);
  return readFile(await down.path());
}

// From now on the page's sockets break when they have carried so much of a file.
const breakAfter = (page, bytes) =>
  page.evaluate((most) => {
    const Original = window.WebSocket;
    window.broken = 0;
    window.WebSocket = class extends Original {
      #carried = 0;
      constructor(...how) {
        super(...how);
        this.addEventListener("message", ({ data }) => this.#count(data));
      }
      send(data) {
        super.send(data);
        this.#count(data);
      }
      #count(data) {
        if (typeof data === "string" || this.#carried > most) return;
        this.#carried += data.byteLength;
        if (this.#carried <= most) return;
        window.broken += 1;
        this.close();
      }
    };
  }, bytes);

describe("files", { timeout: 240_000, skip }, () => {
  const harbour = new Harbour({ users: [{ name: "ada", password: PASSWORD }] }, () => ({ sftp: { enabled: true } }));
  let home;
  before(async () => {
    await harbour.start();
    home = harbour.sshd.homes.ada;
  });
  after(() => harbour.stop());
  afterEach(() => harbour.leave());

  async function panel() {
    const page = await harbour.shell("ada", { reducedMotion: "reduce" });
    await page.click("#open-files");
    await page.waitForSelector("#files-entries:not([aria-busy]) li");
    return page;
  }

  test("go up, down and elsewhere, while the terminal is typed into", async () => {
    const page = await panel();
    const contents = Object.fromEntries(["one", "two words", "三", "empty"].map((name) => [name, randomBytes(name === "empty" ? 0 : 700_000)]));
    await page.setInputFiles("#files-upload", Object.entries(contents).map(([name, bytes]) => file(name, bytes)));
    await page.focus(".xterm-helper-textarea");
    await run(page, "echo mean''while");
    await someLine(page, /^meanwhile$/);
    for (const [name, bytes] of Object.entries(contents)) {
      await done(page, name);
      assert.equal(digest(await readFile(join(home, name))), digest(bytes), name);
    }
    await entry(page, "三");
    await screenshot(page, "ssh-files-desktop");
    await assertFits(page, "the panel of files");
    for (const [name, bytes] of Object.entries(contents)) assert.equal(digest(await download(page, name)), digest(bytes), name);

    await page.click("#files-folder");
    await answer(page, "boats");
    await entry(page, "boats");
    await page.click('#files-entries [title="Rename one"]');
    await answer(page, "boats/first");
    await page.waitForSelector('#files-entries .named:text-is("one")', { state: "detached" });
    await page.click('#files-entries [title="boats"]');
    await entry(page, "first");
    assert.equal(digest(await download(page, "first")), digest(contents.one));
    await page.click('#files-entries [title="Delete first"]');
    await answer(page, null);
    await page.waitForSelector("#files-entries >> text=Nothing here.");
    assert.deepEqual(await readdir(join(home, "boats")), []);
    assertContent(page);
  });

  test("go on where their socket broke, as often as it breaks", async () => {
    const page = await panel();
    // Three times, and never with so little left that the server has sent it already, and the end, too.
    const content = randomBytes(5_900_000);
    await breakAfter(page, 1_500_000);
    await page.setInputFiles("#files-upload", file("up.bin", content));
    await done(page, "up.bin");
    const broken = await page.evaluate(() => window.broken);
    assert.ok(broken >= 3, `${broken}`);
    assert.equal(digest(await readFile(join(home, "up.bin"))), digest(content));
    await entry(page, "up.bin");
    assert.equal(digest(await download(page, "up.bin")), digest(content));
    assert.ok((await page.evaluate(() => window.broken)) === broken + 3);
    assertContent(page);
  });

  test("are refused in words", async () => {
    const page = await panel();
    await page.fill("#files-path", "/root");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#files-error:not([hidden])");
    assert.match(await page.textContent("#files-error"), /^\/root cannot be listed on 127\.0\.0\.1:\d+: the user there may not$/);
    await writeFile(join(home, "secret"), "secret", { mode: 0o600 });
    await page.fill("#files-path", ".");
    await page.keyboard.press("Enter");
    await entry(page, "secret");
    await page.click('#files-entries [title="Download secret"]');
    await page.waitForSelector('#files-transfers li[data-state="failed"]');
    assert.match(await page.textContent('#files-transfers li[data-state="failed"] .note'), /^secret cannot be read/);
    assertContent(page);
  });
});
