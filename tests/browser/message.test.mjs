import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";

import { DESKTOP, PHONE, launch, open, screenshot } from "./browser.mjs";
import { MESSAGE, Server } from "./server.mjs";

const RECEIPT = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}收到消息：/;
const LIMIT = 20_000;

describe("the page of the message plugin", { timeout: 120_000 }, () => {
  const server = new Server(MESSAGE);
  let browser;
  let contexts = [];

  before(async () => {
    await server.start();
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await server.remove();
  });
  afterEach(async () => {
    await Promise.all(contexts.map((context) => context.close()));
    contexts = [];
    if (!server.running) await server.start(); // a test that failed may have left it so
  });

  // A browser of somebody, with so many tabs open and connected.
  async function visit(tabs, options = { viewport: DESKTOP }) {
    const context = await browser.newContext(options);
    contexts.push(context);
    context.setDefaultTimeout(LIMIT);
    const pages = await Promise.all(Array.from({ length: tabs }, () => open(context, server.url)));
    await Promise.all(pages.map((page) => inState(page, "open")));
    return pages;
  }

  const inState = (page, state) => page.waitForSelector(`#connection[data-state="${state}"]`);
  async function say(page, text) {
    await page.fill("#text", text);
    await page.click("#send");
  }
  // Waits for so many complete messages; answers with [text, receipt] for each.
  async function messages(page, count) {
    await page.waitForFunction((n) => document.querySelectorAll(".message .receipt").length >= n, count);
    return page.$$eval(".message", (items) =>
      items.map((item) => [...item.querySelectorAll("p")].map((paragraph) => paragraph.textContent)));
  }
  function assertPairs(found, texts) {
    assert.deepEqual(found.map(([text]) => text), texts);
    for (const [text, receipt] of found) {
      assert.match(receipt, RECEIPT);
      assert.equal(receipt.replace(RECEIPT, ""), text);
    }
  }
  async function assertFits(page, name) {
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${name}: scrolls sideways by ${overflow} px`);
    const outside = await page.$$eval(".bar *, .composer *, .message *", (parts) =>
      parts.filter((part) => part.getBoundingClientRect().right > innerWidth || part.getBoundingClientRect().left < 0)
        .map((part) => part.outerHTML));
    assert.deepEqual(outside, [], `${name}: leaves the screen`);
  }
  const assertContent = (...pages) => pages.forEach((page) => assert.deepEqual(page.complaints, []));

  test("two tabs show each other's messages, each with its line of receipt", async () => {
    const [one, other] = await visit(2);
    await say(one, "hello from one");
    await messages(other, 1);
    await say(other, "你好 🚢 <b>no markup</b>");
    for (const page of [one, other])
      assertPairs(await messages(page, 2), ["hello from one", "你好 🚢 <b>no markup</b>"]);
    assert.equal(await one.locator(".own").count(), 1);
    assert.equal(await one.locator(".message b").count(), 0);
    assertContent(one, other);
  });

  test("its content security policy is in force", async () => {
    const [page] = await visit(1);
    const ran = await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "window.foreign = true";
      document.body.append(script);
      return window.foreign === true;
    });
    assert.equal(ran, false);
    assert.match(page.complaints.join(), /Content Security Policy/);
  });

  test("the state of the connection is visible, and the box serves the keyboard", async () => {
    const [page] = await visit(1);
    assert.equal(await page.textContent("#state"), "Connected");
    await page.focus("#text");
    await page.keyboard.type("two");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("lines");
    await page.keyboard.press("Enter");
    assertPairs(await messages(page, 1), ["two\nlines"]);
    assert.equal(await page.inputValue("#text"), "");
    assertContent(page);
  });

  test("the list follows new messages only at its end", async () => {
    const [page] = await visit(1);
    const texts = Array.from({ length: 40 }, (_, number) => `line ${number}`);
    for (const text of texts) await say(page, text);
    assertPairs(await messages(page, 40), texts);
    const fromEnd = () => page.$eval("#log", (log) => log.scrollHeight - log.scrollTop - log.clientHeight);
    assert.ok((await fromEnd()) < 2, "at the end after own messages");

    const [other] = await visit(1);
    await page.$eval("#log", (log) => (log.scrollTop = 0));
    await say(other, "news");
    await messages(page, 41);
    assert.equal(await page.$eval("#log", (log) => log.scrollTop), 0);
    await page.click("#newer");
    assert.ok((await fromEnd()) < 2, "at the end after asking for it");
    assert.equal(await page.isVisible("#newer"), false);
    assertContent(page, other);
  });

  test("a server that is killed and started again is found again, and nothing typed is lost", async () => {
    const [one, other] = await visit(2);
    await say(one, "before");
    await messages(other, 1);
    await one.fill("#text", "half a sent");
    await server.kill();
    await inState(one, "waiting");
    assert.equal(await one.isDisabled("#send"), true);
    assert.equal(await one.isVisible("#retry"), true);
    assert.match(await one.textContent("#countdown"), /^retry in \d+ s$/);
    await screenshot(one, "desktop-lost");

    await server.start();
    await Promise.all([one, other].map((page) => inState(page, "open")));
    assert.equal(await one.inputValue("#text"), "half a sent");
    await say(one, "after");
    for (const page of [one, other]) assertPairs(await messages(page, 2), ["before", "after"]);
    // The tries that failed are the browser's to report; anything else is not.
    for (const page of [one, other])
      assert.deepEqual(page.complaints.filter((line) => !line.includes("WebSocket connection to")), []);
  });

  test("the browser's word that it is online again is a try at once", async () => {
    const [page] = await visit(1, { viewport: PHONE });
    await server.kill();
    // Some failures, so that the next try by itself is seconds away.
    await page.waitForFunction(() => /retry in ([3-9]|\d\d) s/.test(document.querySelector("#countdown").textContent));
    await assertFits(page, "phone without a connection");
    await screenshot(page, "phone-lost");
    await server.start();
    await page.evaluate(() => window.dispatchEvent(new Event("online")));
    await page.waitForSelector('#connection[data-state="open"]', { timeout: 1500 });
  });

  for (const colorScheme of ["light", "dark"])
    test(`it fits a desktop and a phone, ${colorScheme}`, async () => {
      for (const [name, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
        const [page, other] = await visit(2, { viewport, colorScheme });
        await screenshot(page, `${name}-${colorScheme}-empty`);
        const texts = ["The ferry leaves at nine.", "Then I will bring the coffee ☕", "w".repeat(300),
          "早上好，港口今天很安静。", "See you\nat the pier"];
        for (const [number, text] of texts.entries()) {
          await say(number % 2 ? page : other, text);
          await Promise.all([page, other].map((tab) => messages(tab, number + 1)));
        }
        await assertFits(page, name);
        await page.waitForFunction(() => document.getAnimations().length === 0);
        await screenshot(page, `${name}-${colorScheme}`);
        assertContent(page, other);
      }
    });
});
