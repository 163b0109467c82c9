// Every way to log in, from the page to an OpenSSH server and back.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";

import { Harbour, PASSWORD } from "./harbour.mjs";
import { whyNoSshd } from "./sshd.mjs";
import { assertContent, card, run, someLine } from "./terminal_page.mjs";

const SECRET = "JBSWY3DPEHPK3PXP";
const PASSPHRASE = "a phrase 短语";
const skip = whyNoSshd();

const tab = (page, method) => page.click(`#auth-methods label:has([value="${method}"])`);
async function offerKey(page, key, passphrase = "") {
  await tab(page, "publickey");
  await page.fill("#auth-key", key);
  await page.fill("#auth-passphrase", passphrase);
  await page.click("#auth-card .main");
}
async function answer(page, question, text) {
  await page.waitForSelector(`#auth-prompts label:text-is("${question}")`);
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
}
async function assertShell(page, user) {
  await run(page, "whoami");
  await someLine(page, new RegExp(`^${user}$`));
  for (const field of ["password", "key", "passphrase"]) assert.equal(await page.inputValue(`#auth-${field}`), "", field);
  assertContent(page);
}

describe("logging in", { timeout: 120_000, skip }, () => {
  const harbour = new Harbour({
    keys: { open: {}, locked: { passphrase: PASSPHRASE }, ecdsa: { kind: "ecdsa" }, stranger: {} },
    users: [{ name: "ada", password: PASSWORD, keys: ["open", "locked", "ecdsa"] }],
  });
  before(() => harbour.start());
  after(() => harbour.stop());
  afterEach(() => harbour.leave());

  test("a password, after a wrong one", async () => {
    const page = await harbour.visit();
    await harbour.begin(page, "ada");
    assert.match(await page.textContent("#auth-where"), /^ada@127\.0\.0\.1/);
    await page.fill("#auth-password", `${PASSWORD} `);
    await page.keyboard.press("Enter");
    await page.waitForSelector("#auth-reason:not([hidden])");
    await card(page, "auth-card");
    assert.equal(await page.inputValue("#auth-password"), "");
    await page.fill("#auth-password", PASSWORD);
    await page.keyboard.press("Enter");
    await harbour.arrive(page);
    await assertShell(page, "ada");
  });

  for (const [name, passphrase] of [["open", ""], ["locked", PASSPHRASE], ["ecdsa", ""]])
    test(`a key that was pasted: ${name}`, async () => {
      const page = await harbour.visit();
      await harbour.begin(page, "ada");
      await offerKey(page, harbour.sshd.keys[name], passphrase);
      await harbour.arrive(page);
      await assertShell(page, "ada");
    });

  test("a key that needs its passphrase, a strange key, and then the right one", async () => {
    const page = await harbour.visit();
    await harbour.begin(page, "ada");
    await offerKey(page, harbour.sshd.keys.locked, "wrong");
    await page.waitForSelector("#auth-reason:not([hidden])");
    assert.match(await page.textContent("#auth-reason"), /passphrase/);
    await offerKey(page, harbour.sshd.keys.stranger);
    await page.waitForFunction(() => !/passphrase/.test(document.querySelector("#auth-reason").textContent));
    await card(page, "auth-card");
    await offerKey(page, harbour.sshd.keys.open);
    await harbour.arrive(page);
    await assertShell(page, "ada");
  });

  test("three wrong passwords end it, with a way to begin anew", async () => {
    const page = await harbour.visit();
    await harbour.begin(page, "ada");
    for (const password of ["one", "two", "three"]) {
      await card(page, "auth-card");
      const answers = await page.evaluate(() => window.wire.heard.length);
      await page.fill("#auth-password", password);
      await page.keyboard.press("Enter");
      await page.waitForFunction((before) => window.wire.heard.length > before, answers);
    }
    await card(page, "end-card");
    await page.click("#end-card [data-again]");
    await harbour.logIn(page, "ada");
    await assertShell(page, "ada");
  });
});

describe("logging in with one-time codes", { timeout: 120_000, skip }, () => {
  const harbour = new Harbour({
    pam: true,
    keys: { own: {} },
    users: [
      { name: "ada", password: PASSWORD, totp: SECRET },
      { name: "bob", password: PASSWORD, totp: SECRET, keys: ["own"], methods: "publickey,keyboard-interactive" },
    ],
  });
  before(() => harbour.start());
  after(() => harbour.stop());
  afterEach(() => harbour.leave());

  async function letAsk(page) {
    await tab(page, "kbd");
    await page.click("#auth-card .main");
  }
  async function answerBoth(page) {
    await answer(page, "Password", PASSWORD);
    await answer(page, "Verification code", await harbour.sshd.code(SECRET));
    await harbour.arrive(page);
  }

  test("the server's questions, in two rounds", async () => {
    const page = await harbour.visit();
    await harbour.begin(page, "ada");
    await letAsk(page);
    await answerBoth(page);
    await assertShell(page, "ada");
  });

  test("a wrong code, and then the right one", async () => {
    const page = await harbour.visit();
    await harbour.begin(page, "ada");
    await letAsk(page);
    await answer(page, "Password", PASSWORD);
    await answer(page, "Verification code", "000000");
    await page.waitForSelector("#auth-reason:not([hidden])");
    await letAsk(page);
    await answerBoth(page);
    await assertShell(page, "ada");
  });

  test("a key, and then the server's questions too", async () => {
    const page = await harbour.visit();
    await harbour.begin(page, "bob");
    await page.fill("#auth-key", harbour.sshd.keys.own);
    await page.click("#auth-card .main");
    await page.waitForSelector("#auth-reason.right:not([hidden])");
    await page.click("#auth-card .main"); // nothing else is left to choose
    await answerBoth(page);
    await assertShell(page, "bob");
  });
});

describe("whom the host says to be", { timeout: 120_000, skip }, () => {
  const harbour = new Harbour({ users: [{ name: "ada", password: PASSWORD }] });
  before(() => harbour.start());
  after(() => harbour.stop());
  beforeEach(() => writeFile(harbour.knownHosts, ""));
  afterEach(() => harbour.leave());

  async function toHostKey(page) {
    await card(page, "target-card");
    await page.fill("#target-user", "ada");
    await page.keyboard.press("Enter");
    await card(page, "hostkey-card");
  }
  async function logIn(page) {
    await card(page, "auth-card");
    await page.fill("#auth-password", PASSWORD);
    await page.keyboard.press("Enter");
    await harbour.arrive(page);
  }

  test("a new key is shown, and remembered for the next visitor", async () => {
    const page = await harbour.visit();
    await toHostKey(page);
    assert.equal(await page.textContent("#hostkey-fp"), harbour.sshd.fingerprints[0]);
    assert.equal(await page.isChecked("#hostkey-remember"), true);
    await page.click("#hostkey-accept");
    await logIn(page);
    assert.equal(await readFile(harbour.knownHosts, "utf8"), harbour.sshd.knownHosts);
    const next = await harbour.visit();
    await card(next, "target-card");
    await next.fill("#target-user", "ada");
    await next.keyboard.press("Enter");
    await logIn(next);
    assertContent(page, next);
  });

  test("a new key is not kept when nobody says so", async () => {
    const page = await harbour.visit();
    await toHostKey(page);
    await page.uncheck("#hostkey-remember");
    await page.click("#hostkey-accept");
    await logIn(page);
    assert.equal(await readFile(harbour.knownHosts, "utf8"), "");
  });

  test("a changed key is refused, and both are shown", async () => {
    const [old] = harbour.sshd.fingerprints;
    await writeFile(harbour.knownHosts, harbour.sshd.knownHosts);
    await harbour.sshd.changeHostKeys("ed25519");
    const page = await harbour.visit();
    await card(page, "target-card");
    await page.fill("#target-user", "ada");
    await page.keyboard.press("Enter");
    await card(page, "end-card");
    const shown = await page.textContent("#end-code");
    for (const words of ["E_HOSTKEY", `shown: ${harbour.sshd.fingerprints[0]}`, `expected: ${old}`]) assert.ok(shown.includes(words), `${words} in ${shown}`);
    assertContent(page);
  });
});
