import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";

import { Bed } from "./bed.mjs";
import { DESKTOP, launch, open, screenshot } from "./browser.mjs";
import { MESSAGE, Server } from "./server.mjs";

const PASSWORDS = { alice: "harbour at night", bob: "bob's own" };
const LIMIT = 30_000; // a deadline for a busy machine, and no measure of anything

// One host to the browser: Django for the site, wharf for the WebSocket and its page, nginx in front of both.
describe("a site of Django with a chat of wharf", { timeout: 240_000 }, () => {
  const site = new Bed("site_bed.py");
  const places = {}; // "open" takes everybody, "members" wants a login, "tls" as well
  let browser;
  let contexts = [];

  async function place(name, require, tls) {
    const { database, secretKey, proxy } = site;
    const django = { secret_key: secretKey, database: { engine: "sqlite3", name: database }, recheck: "1 s", remember: 0 };
    const server = new Server({
      ...MESSAGE,
      auth: [{ django }, "anonymous"],
      trusted_proxies: proxy,
      static: { "/chat": MESSAGE.static["/"] },
      routes: MESSAGE.routes.map((route) => ({ ...route, ...require })),
    });
    await server.start();
    places[name] = { server };
    const port = await site.say(["front", Number(server.url.port), tls]);
    places[name].url = new URL(`${tls ? "https" : "http"}://127.0.0.1:${port}/`);
  }

  before(async () => {
    await site.start({ users: PASSWORDS });
    await place("open", {}, false);
    await place("members", { require: "user" }, false);
    await place("tls", { require: "user" }, true);
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    for (const { server } of Object.values(places)) await server.remove();
    await site.stop();
  });
  afterEach(async () => {
    await Promise.all(contexts.map((context) => context.close()));
    contexts = [];
  });

  // The site's page in a browser of somebody.
  async function visit(url) {
    const context = await browser.newContext({ viewport: DESKTOP, ignoreHTTPSErrors: true });
    contexts.push(context);
    context.setDefaultTimeout(LIMIT);
    return open(context, url);
  }
  async function logIn(page, name) {
    await page.click("#in");
    await page.fill("#id_username", name);
    await page.fill("#id_password", PASSWORDS[name]);
    await page.click("button");
    assert.equal(await page.textContent("#who"), name);
  }
  // In a tab of its own.
  const chat = (page) => open(page.context(), new URL("/chat/", page.url()));
  const inState = (page, state) => page.waitForSelector(`#connection[data-state="${state}"]`);
  async function say(page, text) {
    await page.fill("#text", text);
    await page.click("#send");
  }
  const texts = (page) => page.$$eval(".message .text", (parts) => parts.map((part) => part.textContent));
  const heard = (page, count) =>
    page.waitForFunction((n) => document.querySelectorAll(".message .receipt").length >= n, count);

  async function member(url, name) {
    const page = await visit(url);
    await logIn(page, name);
    const tab = await chat(page);
    await inState(tab, "open");
    return { page, tab };
  }

  test("who has logged in on the site is that user in the chat, in every browser", async () => {
    const { url } = places.open;
    const desk = await member(url, "alice");
    const sofa = await member(url, "alice");
    const other = await member(url, "bob");
    const stranger = await chat(await visit(url));
    await inState(stranger, "open");

    await say(other.tab, "bob to himself");
    await say(stranger, "from nobody");
    await say(desk.tab, "alice at her desk");
    await heard(sofa.tab, 1);
    await say(sofa.tab, "alice on her sofa");
    for (const { tab } of [desk, sofa]) {
      await heard(tab, 2);
      assert.deepEqual(await texts(tab), ["alice at her desk", "alice on her sofa"]);
    }
    // All that was said has arrived somewhere by now, so whoever should have heard more would have.
    for (const [tab, own] of [[other.tab, "bob to himself"], [stranger, "from nobody"]]) {
      await heard(tab, 1);
      assert.deepEqual(await texts(tab), [own]);
    }
    for (const tab of [desk.tab, sofa.tab, other.tab, stranger]) assert.deepEqual(tab.complaints, []);
    await screenshot(desk.page, "site-logged-in");
    await screenshot(desk.tab, "site-chat");
    await screenshot(stranger, "site-chat-anonymous");
  });

  for (const name of ["members", "tls"])
    test(`where a login is wanted, it is the site's: ${name}`, async () => {
      const { server, url } = places[name];
      const page = await visit(url);
      assert.equal(await page.textContent("#who"), "nobody");
      const tab = await chat(page);
      await inState(tab, "waiting");
      const refused = /info 127\.0\.0\.1, nobody we know: 401 for route/g;
      const refusals = () => server.log.match(refused)?.length ?? 0;
      assert.ok(refusals() >= 1, server.log);

      await page.goto(url.href);
      await logIn(page, "alice");
      await tab.click("#retry");
      await inState(tab, "open");
      await say(tab, `hello over ${url.protocol}`);
      await heard(tab, 1);
      await screenshot(tab, `site-${name}`);

      await page.click("#out");
      assert.equal(await page.textContent("#who"), "nobody");
      await inState(tab, "waiting"); // by itself: the server asks again
      assert.match(server.log, /the login has ended: closed with 4401/);
      const before = refusals();
      await tab.reload();
      await inState(tab, "waiting");
      assert.ok(refusals() > before, server.log);
      await screenshot(tab, `site-${name}-logged-out`);
    });
});
