// The terminal page and what it does by itself, against a stand-in for the server.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";

import { DESKTOP, PHONE, launch, open, screenshot } from "./browser.mjs";
import {
  LIMIT, PAGES, assertContent, assertFits, card, complaints, inState, line, lines, paste, run, until,
} from "./terminal_page.mjs";
import { HELLO, KEY, PASSWORD, StandIn, WINDOW, digest } from "./terminal_server.mjs";

describe("the terminal page", { timeout: 300_000, skip: !existsSync(PAGES) && "the page was not built" }, () => {
  let server;
  let browser;
  let contexts = [];

  before(async () => (browser = await launch()));
  after(() => browser?.close());
  beforeEach(async () => {
    server = new StandIn(PAGES);
    await server.start();
  });
  afterEach(async () => {
    await Promise.all(contexts.map((context) => context.close()));
    contexts = [];
    await server.stop();
  });

  async function visit({ address = server.url, ...options } = {}) {
    const context = await browser.newContext({ viewport: DESKTOP, ...options });
    contexts.push(context);
    context.setDefaultTimeout(LIMIT);
    return open(context, address);
  }
  async function logIn(page) {
    await card(page, "auth-card");
    await page.fill("#auth-password", "secret");
    await page.keyboard.press("Enter");
    await inState(page, "open");
  }
  async function shell(options) {
    server.auth = [];
    const page = await visit(options);
    await inState(page, "open");
    await line(page, 0, /^user@harbour/);
    return page;
  }

  test("logs in by password and shows a shell", async () => {
    const page = await visit();
    await logIn(page);
    await run(page, "echo 你好 🚢 done");
    await line(page, 1, /^你好 🚢 done$/);
    assert.deepEqual(server.heard.find(({ t }) => t === "auth"), { t: "auth", method: "password", password: "secret" });
    const connect = server.heard.find(({ t }) => t === "connect");
    assert.deepEqual([connect.term, connect.cols > 80, connect.rows > 20], ["xterm-256color", true, true]);
    assert.match(await page.textContent("#cipher"), /aes128-ctr/);
    await page.waitForFunction(() => /ms$/.test(document.querySelector("#round-trip").textContent));
    assert.equal(await page.inputValue("#auth-password"), "", "the password stays nowhere");
    assertContent(page);
  });

  test("a wrong password can be corrected, and after the last attempt there is a way to begin anew", async () => {
    server.wrong = ({ password }) => (password === "right" ? "" : "That password was not accepted.");
    server.auth = [{ ...PASSWORD }];
    const page = await visit();
    await card(page, "auth-card");
    for (const password of ["one", "two"]) {
      await page.fill("#auth-password", password);
      await page.keyboard.press("Enter");
      await page.waitForSelector("#auth-reason:not([hidden])");
      await card(page, "auth-card");
    }
    assert.match(await page.textContent("#auth-left"), /last attempt/);
    await page.fill("#auth-password", "three");
    await page.keyboard.press("Enter");
    await card(page, "end-card");
    assert.match(await page.textContent("#end-text"), /refused/);
    server.auth = [{ ...PASSWORD, left: 3 }];
    await page.click("#end-card [data-again]");
    await card(page, "auth-card");
    await page.fill("#auth-password", "right");
    await page.keyboard.press("Enter");
    await inState(page, "open");
  });

  test("a key with its passphrase, then the questions of the server in two rounds", async () => {
    const round = (prompts, more) => ({ ...PASSWORD, methods: ["kbd"], prompts, ...more });
    server.auth = [PASSWORD, round([{ text: "Password: ", echo: false }], { partial: true, instruction: "Two steps." }),
      round([{ text: "Verification code: ", echo: true }])];
    const page = await visit();
    await card(page, "auth-card");
    await page.click('#auth-methods label:has([value="publickey"])');
    await page.setInputFiles("#auth-key-file", { name: "id_ed25519", mimeType: "text/plain", buffer: Buffer.from("THE KEY\n") });
    await page.waitForFunction(() => document.querySelector("#auth-key").value !== "");
    await page.fill("#auth-passphrase", "phrase");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#auth-prompt-0[type=password]");
    assert.equal(await page.textContent("#auth-instruction"), "Two steps.");
    await page.keyboard.type("secret");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#auth-prompt-0[type=text]");
    await page.keyboard.type("123456");
    await page.keyboard.press("Enter");
    await inState(page, "open");
    assert.deepEqual(server.heard.filter(({ t }) => t === "auth"), [
      { t: "auth", method: "publickey", key: "THE KEY\n", passphrase: "phrase" },
      { t: "auth", method: "kbd", answers: ["secret"] },
      { t: "auth", method: "kbd", answers: ["123456"] },
    ]);
    assertContent(page);
  });

  test("asks for the target when the server leaves it open", async () => {
    server.hello = { ...HELLO, choose: true, needs: ["user"] };
    server.auth = [];
    const page = await visit();
    await card(page, "target-card");
    await page.fill("#target-host", "anna@harbour.example:2222");
    await page.press("#target-host", "Tab");
    assert.equal(await page.inputValue("#target-user"), "anna");
    await page.press("#target-user", "Enter");
    await inState(page, "open");
    const { host, port, user } = server.heard.find(({ t }) => t === "connect");
    assert.deepEqual({ host, port, user }, { host: "harbour.example", port: 2222, user: "anna" });
    assert.match(await page.textContent("#state"), /anna@harbour\.example:2222/);
  });

  test("an unknown host key is shown, and trusted only by a deliberate act", async () => {
    server.hostkey = KEY;
    server.auth = [];
    const page = await visit();
    await card(page, "hostkey-card");
    assert.equal(await page.textContent("#hostkey-fp"), KEY.fp);
    assert.equal(await page.evaluate(() => document.activeElement.id), "hostkey-refuse");
    await page.click("#hostkey-accept");
    await inState(page, "open");
    assert.deepEqual(server.heard.find(({ t }) => t === "hostkey"), { t: "hostkey", accept: true, remember: true, fp: KEY.fp });
  });

  test("a changed host key shows both fingerprints and wants a second word", async () => {
    server.hostkey = { ...KEY, status: "changed", known: ["SHA256:old"] };
    const page = await visit();
    await card(page, "hostkey-card");
    assert.equal(await page.textContent("#hostkey-known"), "SHA256:old");
    assert.equal(await page.isDisabled("#hostkey-accept"), true);
    await page.check("#hostkey-sure");
    assert.equal(await page.isDisabled("#hostkey-accept"), false);
    await page.click("#hostkey-refuse");
    await card(page, "end-card");
    assert.match(await page.textContent("#end-text"), /not trusted/);
    assert.equal(server.heard.find(({ t }) => t === "hostkey").accept, false);
  });

  test("output is acknowledged as it is shown, and a flood does not outrun the window", async () => {
    const page = await shell();
    await run(page, "flood 8000");
    const { shell: there } = server;
    await until(() => there.acked === there.output.length && there.output.length > WINDOW, "all output acknowledged");
    const acks = server.heard.filter(({ t }) => t === "ack").map(({ n }) => n);
    assert.deepEqual(acks, [...acks].sort((a, b) => a - b));
    assert.ok(acks.length < 100, `${acks.length} acknowledgements`);
    assertContent(page);
  });

  test("characters take as many columns as programs count", async () => {
    const page = await shell();
    const widths = { "a": 1, "好": 2, "ｱ": 1, "é": 1, "e\u0301": 1, "🚢": 2, "🛟": 2, "🫨": 2, "❤\ufe0f": 1, "👍🏽": 4, "한": 2, "─": 1 };
    server.shell.put(Object.keys(widths).map((text) => `\r\n${text}|`).join(""));
    await until(() => server.shell.acked === server.shell.output.length, "the characters");
    const found = await page.evaluate(() => Array.from({ length: window.term.buffer.active.cursorY }, (_, y) => {
      const line = window.term.buffer.active.getLine(y + 1);
      return Array.from({ length: 10 }, (_, x) => line.getCell(x).getChars()).indexOf("|");
    }));
    assert.deepEqual(Object.fromEntries(Object.keys(widths).map((text, number) => [text, found[number]])), widths);
  });

  test("a large paste arrives whole, after a question that several lines have", async () => {
    const page = await shell();
    server.shell.silent = true;
    const text = Array.from({ length: 20_000 }, (_, number) => `line ${number} ${"x".repeat(40)}`).join("\n");
    await paste(page, text);
    await page.waitForSelector("#paste[open]");
    assert.match(await page.textContent("#paste-text"), /20000 lines/);
    await page.keyboard.press("Enter");
    const expected = text.replaceAll("\n", "\r");
    await until(() => server.shell.input.length >= expected.length, "the paste");
    assert.equal(digest(server.shell.input), digest(Buffer.from(expected)));
  });

  test("what is pasted cannot break out of a bracketed paste", async () => {
    const page = await shell();
    server.shell.put("\x1b[?2004h");
    await page.waitForFunction(() => window.term.modes.bracketedPasteMode);
    await paste(page, "ls\x1b[201~rm");
    await until(() => server.shell.input.includes("\x1b[201~"), "the paste");
    assert.equal(server.shell.input.toString(), "\x1b[200~ls[201~rm\x1b[201~");
  });

  test("a socket that breaks is found again, with every byte and none twice", async () => {
    const page = await shell();
    await run(page, "echo before");
    await line(page, 1, /^before$/);
    server.dropAll();
    await inState(page, "waiting");
    assert.equal(await page.isVisible("#banner"), true);
    server.shell.put("while away\r\n");
    await inState(page, "open");
    await page.waitForFunction(() => document.querySelector("#banner").hidden);
    await run(page, "echo after");
    await until(() => server.shell.output.includes("after\r\n"), "the echo");
    const expected = server.shell.output.toString().replaceAll(/\x1b\[[\d;]*m/g, "").replaceAll("\r", "").trimEnd();
    await page.waitForFunction((text) => {
      const { active } = window.term.buffer;
      return Array.from({ length: active.length }, (_, y) => active.getLine(y).translateToString(true)).join("\n").trimEnd() === text;
    }, expected);
  });

  test("a reload of the page goes on with the next byte", async () => {
    const page = await shell();
    await run(page, "flood 200");
    await until(() => server.shell.acked === server.shell.output.length, "the flood");
    // Within a character, and within a sequence.
    server.shell.put(Buffer.concat([Buffer.from("half "), Buffer.from("好").subarray(0, 2)]));
    await until(() => server.shell.acked === server.shell.output.length, "half a character");
    const before = (await lines(page)).replace("half", "half 好");
    await page.reload();
    await inState(page, "open");
    server.shell.put(Buffer.from("好").subarray(2));
    const what = await page.waitForFunction((text) => {
      const { active } = window.term.buffer;
      return Array.from({ length: active.length }, (_, y) => active.getLine(y).translateToString(true)).join("\n").trimEnd() === text;
    }, before, { timeout: 5000 }).catch(() => null);
    if (what === null) assert.equal(await lines(page), before);
    assert.equal(server.shells.size, 1);
    assertContent(page);
  });

  test("a reload keeps a full-screen program as it was", async () => {
    const page = await shell();
    server.shell.put("\x1b[?1049h\x1b[?1h\x1b[?1002h\x1b[?1006h\x1b[?2004h\x1b[2;6r\x1b[1;1Htitle\x1b[6;1Hlast\x1b[8;1Hbelow\x1b[5 q\x1b[6;3H");
    await until(() => server.shell.acked === server.shell.output.length, "the program");
    await page.reload();
    await inState(page, "open");
    const state = () => page.evaluate(() => {
      const { active } = window.term.buffer;
      const { mouseTrackingMode, bracketedPasteMode, applicationCursorKeysMode } = window.term.modes;
      const rows = [0, 4, 5, 7].map((y) => active.getLine(y).translateToString(true));
      return [active.type, active.cursorX, active.cursorY, mouseTrackingMode, bracketedPasteMode, applicationCursorKeysMode, ...rows];
    });
    assert.deepEqual(await state(), ["alternate", 2, 5, "drag", true, true, "title", "", "last", "below"]);
    server.shell.put("\r\nmore"); // only what lies in the region scrolls
    await until(() => server.shell.acked === server.shell.output.length, "one line more");
    assert.deepEqual((await state()).slice(6), ["title", "last", "more", "below"]);
    const { length } = server.shell.input;
    await page.mouse.click(100, 100);
    await until(() => server.shell.input.length > length, "the mouse");
    assert.match(server.shell.input.subarray(length).toString(), /^\x1b\[<0;\d+;\d+M/);
    server.shell.put("\x1b[r\x1b[?1049l");
    await line(page, 0, /^user@harbour/);
  });

  test("taken over elsewhere, it says so and does not come back by itself", async () => {
    const page = await shell();
    server.shell.socket.close(4409);
    await inState(page, "ended");
    assert.match(await page.textContent("#banner-text"), /taken over elsewhere/);
    assert.equal(await page.isVisible("#banner-again"), true);
  });

  test("an exit status is a line with a button to start anew", async () => {
    const page = await shell();
    await run(page, "exit 3");
    await inState(page, "ended");
    assert.match(await page.textContent("#banner-text"), /status 3.*1 min 23 s/);
    await page.keyboard.press("Enter"); // the button has the focus
    await inState(page, "open");
    assert.equal(server.shells.size, 2);
  });

  test("a new size is told once, when it has settled", async () => {
    const page = await shell();
    const { cols } = server.shell.size;
    for (const width of [1200, 1100, 1000, 900]) await page.setViewportSize({ width, height: 700 });
    await until(() => server.shell.size.cols < cols, "a smaller size");
    await run(page, "size");
    await until(() => server.shell.output.includes(`${server.shell.size.rows} ${server.shell.size.cols}\r\n`), "the size");
    assert.ok(server.shell.sizes.length <= 3, server.shell.sizes.join(" "));
  });

  test("programs write to the clipboard only when they may, and never read it", async () => {
    const page = await shell({ permissions: ["clipboard-read", "clipboard-write"] });
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    await page.evaluate(() => navigator.clipboard.writeText("mine"));
    const put = (text) => server.shell.put(`\x1b]52;c;${Buffer.from(text).toString("base64")}\x07`);
    put("theirs");
    await page.waitForSelector("#notice:not([hidden])");
    assert.equal(await copied(), "mine");
    await page.click("#open-settings");
    await page.check('[name="clipboardWrite"]');
    put("theirs ✓");
    await page.waitForFunction(async () => (await navigator.clipboard.readText()) === "theirs ✓");
    const { length } = server.shell.input;
    server.shell.put("\x1b]52;c;?\x07seen");
    await page.waitForFunction(() => window.term.buffer.active.getLine(0).translateToString(true).endsWith("seen"));
    assert.equal(server.shell.input.length, length, "nothing is answered");
  });

  test("copies what is selected, and pastes by the right button when that is chosen", async () => {
    const page = await shell({ permissions: ["clipboard-read", "clipboard-write"] });
    await run(page, "echo the ferry");
    await line(page, 1, /^the ferry$/);
    await page.evaluate(() => window.term.select(4, 1, 5));
    await page.keyboard.press("Control+Shift+C");
    await page.waitForFunction(async () => (await navigator.clipboard.readText()) === "ferry");
    await page.evaluate(() => window.term.clearSelection());
    await page.click("#open-settings");
    await page.selectOption("#set-right", "paste");
    await page.click("#settings [data-close]");
    const { length } = server.shell.input;
    await page.click("#terminal", { button: "right", position: { x: 200, y: 200 } });
    await until(() => server.shell.input.length > length, "the paste");
    assert.equal(server.shell.input.subarray(length).toString(), "ferry");
    await page.keyboard.press("Control+Shift+F6");
    assert.equal(await page.evaluate(() => document.activeElement.id), "open-settings");
    assertContent(page);
  });

  test("a viewer who may type answers no program", async () => {
    let typed = "";
    server.on.connect = (message, socket) => {
      socket.on("message", (data, isBinary) => (typed += isBinary ? data.toString() : ""));
      socket.send(JSON.stringify({ t: "ready", id: "x", off: 0, banner: "", kex: "", cipher: "", hostkey: "", ro: false, recorded: false }));
      socket.send(JSON.stringify({ t: "size", cols: 60, rows: 20 }));
      socket.send(Buffer.from("\x1b[c\x1b[6n\x1b]11;?\x07asked"));
    };
    const viewer = await visit({ address: new URL(`${server.url.href}#view=abc`) });
    await inState(viewer, "open");
    await line(viewer, 0, /^asked$/);
    await viewer.keyboard.type("y");
    await until(() => typed !== "", "what is typed");
    assert.equal(typed, "y");
  });

  test("the keys of the bar", async () => {
    const page = await shell({ viewport: PHONE, hasTouch: true, isMobile: true });
    await page.waitForSelector("#keybar:not([hidden])");
    for (const key of ["escape", "tab", "up", "home", "pagedown", "|"]) await page.tap(`#keybar [data-key="${key}"]`);
    await page.tap('#keybar [data-key="ctrl"]');
    await page.keyboard.type("c");
    await page.tap('#keybar [data-key="alt"]');
    await page.keyboard.type("bx");
    await until(() => server.shell.input.length >= 17, "the keys");
    assert.equal(server.shell.input.toString(), "\x1b\t\x1b[A\x1b[H\x1b[6~|\x03\x1bbx");
  });

  test("a finger scrolls", async () => {
    const page = await shell({ viewport: PHONE, hasTouch: true, isMobile: true });
    await run(page, "flood 200");
    await page.waitForFunction(() => window.term.buffer.active.viewportY > 100);
    const bottom = await page.evaluate(() => window.term.buffer.active.viewportY);
    const touch = await page.context().newCDPSession(page);
    const at = (type, y) => touch.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x: 150, y }] });
    await at("touchStart", 200);
    for (let y = 220; y <= 500; y += 20) await at("touchMove", y);
    await at("touchEnd", 500);
    await page.waitForFunction((before) => window.term.buffer.active.viewportY < before - 5, bottom);
  });

  test("searches what has gone by", async () => {
    const page = await shell();
    for (const word of ["pier", "buoy", "pier"]) await run(page, `echo the ${word}`);
    await page.keyboard.press("Control+Shift+F");
    await page.keyboard.type("the pier");
    await page.waitForFunction(() => /of 4$/.test(document.querySelector("#search-found").textContent));
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => window.term.getSelection()), "the pier");
    await page.keyboard.press("Escape");
    await run(page, "echo typed");
    await until(() => server.shell.output.includes("typed\r\n"), "the terminal has the keys again");
  });

  test("shares by a link that a viewer opens, and takes away", async () => {
    const page = await shell();
    const token = "t".repeat(43);
    server.on.share = (message, socket) => {
      socket.send(JSON.stringify({ t: "shared", token, mode: message.mode, ttl: message.ttl }));
      socket.send(JSON.stringify({ t: "viewers", viewers: [{ id: "v1", name: "10.0.0.7", mode: "ro" }] }));
    };
    let kicked = null;
    server.on.kick = ({ viewer }) => (kicked = viewer);
    await page.click("#open-share");
    await page.click("#share-form .main");
    await page.waitForSelector("#share-result:not([hidden])");
    const link = await page.inputValue("#share-link");
    assert.equal(link, `${server.url.href}#view=${token}`);
    assert.equal(await page.textContent("#viewer-count"), "1");
    await page.click("#share-viewers button");
    await until(() => kicked === "v1", "the kick");

    let joined = null;
    server.on.connect = (message, socket) => {
      joined = message.join;
      socket.send(JSON.stringify({ t: "ready", id: "x", off: 0, banner: "", kex: "", cipher: "", hostkey: "", ro: true, recorded: false }));
      socket.send(JSON.stringify({ t: "size", cols: 60, rows: 20 }));
      socket.send(Buffer.from("what the owner sees"));
    };
    const viewer = await visit({ address: new URL(link) });
    await inState(viewer, "open");
    await line(viewer, 0, /^what the owner sees$/);
    assert.deepEqual(joined, { token });
    assert.equal(new URL(viewer.url()).hash, "", "the token leaves the address");
    assert.deepEqual(await viewer.evaluate(() => [window.term.cols, window.term.rows]), [60, 20]);
    assert.equal(await viewer.isVisible("#read-only"), true);
    assert.equal(await viewer.isVisible("#open-share"), false);
  });

  test("a viewer on a phone can read, and leave", async () => {
    server.on.connect = (message, socket) => {
      socket.send(JSON.stringify({ t: "ready", id: "x", off: 0, banner: "", kex: "", cipher: "", hostkey: "", ro: true, recorded: false }));
      socket.send(JSON.stringify({ t: "size", cols: 160, rows: 40 }));
      socket.send(Buffer.from(`${"wide ".repeat(32)}\r\n`));
    };
    let left = false;
    server.on.close = () => (left = true);
    const viewer = await visit({ address: new URL(`${server.url.href}#view=abc`), viewport: PHONE, hasTouch: true, isMobile: true });
    await inState(viewer, "open");
    await line(viewer, 0, /wide wide $/);
    const [font, shown, all] = await viewer.evaluate(() => {
      const place = document.querySelector("#terminal");
      return [window.term.options.fontSize, place.clientWidth, place.scrollWidth];
    });
    assert.equal(font, 8);
    assert.ok(all > shown, `${all} pixels are to be scrolled in ${shown}`);
    await assertFits(viewer, "phone viewer");
    assert.equal(await viewer.isVisible("#keybar"), false, "there is nothing to type");
    assert.equal(await viewer.getAttribute("#end", "aria-label"), "Leave");
    await viewer.click("#end");
    await inState(viewer, "ended");
    await until(() => left, "the goodbye");
    assertContent(viewer);
  });

  test("lists, fetches and sends files", async () => {
    const page = await shell();
    const content = Buffer.alloc(700_000, "wharf ");
    const say = (socket, message) => socket.send(JSON.stringify(message));
    const kept = [];
    server.on.sftp = ({ op, id, path, size }, socket) => {
      if (op === "list" && path === ".")
        return say(socket, { t: "sftp", id, more: false, entries: [
          { name: "notes.txt", type: "f", size: content.length, mtime: 1_700_000_000, mode: 0o644 },
          { name: "boats", type: "d", size: 4096, mtime: 1_700_000_000, mode: 0o755 },
        ] });
      if (op === "get") return say(socket, { t: "sftp", id, token: "get", size: content.length });
      if (op === "put") return say(socket, { t: "sftp", id, token: `put ${path} ${size}` });
      say(socket, { t: "sftp", id, error: { code: "E_SFTP", msg: `${path}: permission denied`, retry: false } });
    };
    server.on.transfer = ({ token }, socket) => {
      if (token !== "get") return kept.push(token);
      for (let at = 0; at < content.length; at += 30_000) socket.send(content.subarray(at, at + 30_000));
      say(socket, { t: "sftp", id: 0, ok: true });
      socket.close(1000);
    };
    server.on.eof = (message, socket) => {
      kept.push("eof");
      say(socket, { t: "sftp", id: 0, ok: true });
    };
    await page.click("#open-files");
    await page.waitForSelector("#files-entries li");
    assert.deepEqual(await page.$$eval("#files-entries .named", (names) => names.map((name) => name.textContent)), ["boats", "notes.txt"]);
    const [download] = await Promise.all([page.waitForEvent("download"), page.click('#files-entries [title="Download notes.txt"]')]);
    assert.equal(digest(await readFile(await download.path())), digest(content));
    await page.setInputFiles("#files-upload", { name: "new.bin", mimeType: "application/octet-stream", buffer: content });
    await page.waitForSelector('#files-transfers li[data-state="done"] >> text=new.bin');
    assert.deepEqual(kept, [`put new.bin ${content.length}`, "eof"]);
    await page.click('#files-entries [title="boats"]');
    await page.waitForSelector("#files-error:not([hidden])");
    assert.equal(await page.textContent("#files-error"), "boats: permission denied");
    await screenshot(page, "terminal-files");
    assertContent(page);
  });

  test("a file goes on where its connection broke, and no more go at once than may", async () => {
    const page = await shell();
    const content = randomBytes(900_000);
    const say = (socket, message) => socket.send(JSON.stringify(message));
    const about = { name: "big.bin", type: "f", size: content.length, mtime: 1_700_000_000, mode: 0o644 };
    const asked = [];
    server.on.sftp = ({ op, id, path, offset = 0 }, socket) => {
      asked.push(`${op} ${path} ${offset}`);
      if (op === "list" || op === "stat") return say(socket, { t: "sftp", id, more: false, entries: [about] });
      say(socket, { t: "sftp", id, token: `${op} ${offset}`, size: about.size, mtime: about.mtime });
    };
    const open = [];
    server.on.transfer = ({ token }, socket) => {
      const [op, offset] = token.split(" ");
      if (op === "put") return open.push(socket);
      socket.send(content.subarray(Number(offset), Number(offset) + 400_000));
      if (Number(offset) + 400_000 < content.length) return setTimeout(() => socket.terminate(), 50);
      say(socket, { t: "sftp", id: 0, ok: true });
      socket.close(1000);
    };
    server.on.eof = () => {};
    await page.click("#open-files");
    await page.waitForSelector("#files-entries li");
    const [download] = await Promise.all([page.waitForEvent("download"), page.click('#files-entries [title="Download big.bin"]')]);
    assert.equal(digest(await readFile(await download.path())), digest(content));
    assert.deepEqual(asked.filter((question) => question.startsWith("get")), ["get big.bin 0", "get big.bin 400000", "get big.bin 800000"]);

    const files = ["1", "2", "3"].map((name) => ({ name, mimeType: "text/plain", buffer: Buffer.from(name) }));
    await page.setInputFiles("#files-upload", files);
    await until(() => open.length === 2, "two uploads");
    await page.waitForSelector('#files-transfers li:has-text("Waits for its turn")');
    say(open[0], { t: "sftp", id: 0, ok: true });
    await until(() => open.length === 3, "the third");
    for (const socket of open.slice(1)) say(socket, { t: "sftp", id: 0, ok: true });
    await page.waitForFunction(() => document.querySelectorAll('#files-transfers li[data-state="done"]').length === 4);
    assertContent(page);
  });

  test("plays a recording, with pauses and jumps", async () => {
    server.refuse = { error: { code: "E_REFUSED", msg: "harbour.example does not answer.", retry: true }, code: 4502 };
    const page = await visit();
    await card(page, "end-card");
    const cast = [JSON.stringify({ version: 2, width: 60, height: 12, title: "Leaving port" }), ...Array.from({ length: 30 }, (_, number) =>
      JSON.stringify([number, "o", `line ${number}\r\n`])), JSON.stringify([30, "r", "70x15"]), '[31, "o", "cut'].join("\n");
    await page.setInputFiles("#replay-file", { name: "a.cast", mimeType: "text/plain", buffer: Buffer.from(cast) });
    await inState(page, "replay");
    await line(page, 0, /^line 0$/);
    assert.equal(await page.evaluate(() => window.term.cols), 60);
    await page.click("#player-toggle");
    assert.equal(await page.getAttribute("#player-toggle", "aria-label"), "Play");
    const jump = (value) => page.$eval("#player-seek", (seek, to) => {
      seek.value = to;
      seek.dispatchEvent(new Event("input", { bubbles: true }));
      seek.dispatchEvent(new Event("change", { bubbles: true }));
    }, value);
    await jump("1000");
    await page.waitForFunction(() => window.term.cols === 70 && window.term.rows === 15);
    await jump("330");
    await page.waitForFunction(() => window.term.cols === 60);
    await page.waitForFunction(() => {
      const { active } = window.term.buffer;
      return active.getLine(9).translateToString(true) === "line 9" && active.getLine(10)?.translateToString(true) === "";
    });
    await screenshot(page, "terminal-replay");
    server.refuse = null;
    await page.click("#player-close");
    await card(page, "auth-card");
    assertContent(page);
  });

  test("everything has a name for those who hear the page", async () => {
    const page = await visit();
    await card(page, "auth-card");
    const nameless = await page.$$eval("button, input, select, textarea, dialog, aside, [role=region], [role=toolbar], [role=group]", (parts) =>
      parts.filter((part) => {
        const labelled = part.getAttribute("aria-labelledby");
        const name = part.getAttribute("aria-label") ?? (labelled && document.getElementById(labelled)?.textContent) ??
          [...(part.labels ?? [])].map((label) => label.textContent).join("") ?? "";
        return `${name}${part.tagName === "BUTTON" ? part.textContent : ""}`.trim() === "" && !part.hasAttribute("aria-hidden") &&
          !["ask", "ask-input", "ask-yes", "auth-methods", "hostkey-card"].includes(part.id);
      }).map((part) => part.outerHTML.slice(0, 120)));
    assert.deepEqual(nameless, []);
  });

  test("tells when a session ends for want of input, until somebody types", async () => {
    const page = await shell();
    server.shell.socket.send(JSON.stringify({ t: "idle", in: 45 }));
    await page.waitForFunction(() => /^Ends in 4\d s without input$/.test(document.querySelector("#idle").textContent));
    assert.equal(await page.isVisible("#idle"), true);
    await page.keyboard.type("x");
    await page.waitForSelector("#idle", { state: "hidden" });
  });

  for (const colorScheme of ["light", "dark"])
    test(`it fits a desktop and a phone, ${colorScheme}`, async () => {
      for (const [name, options] of Object.entries({ desktop: { viewport: DESKTOP }, phone: { viewport: PHONE, hasTouch: true, isMobile: true } })) {
        const take = async (page, what) => {
          await page.waitForFunction(() => document.getAnimations().every((animation) => animation.effect.getTiming().iterations === Infinity));
          await assertFits(page, `${name} ${what}`);
          await screenshot(page, `terminal-${name}-${colorScheme}-${what}`);
        };
        server.hello = { ...HELLO, choose: true, needs: ["host", "user"], features: [...HELLO.features, "record", "share-rw"] };
        server.hostkey = { ...KEY, status: "changed", known: ["SHA256:oldoldoldoldoldoldoldoldoldoldoldoldoldoldo"] };
        server.auth = [{ ...PASSWORD, methods: [...PASSWORD.methods, "agent"], reason: "That password was not accepted." }];
        server.greeting = ["", "\x1b[1;33m  ⚓ Welcome to the harbour\x1b[0m", "", ...Array.from({ length: 8 }, (_, row) =>
          Array.from({ length: 8 }, (_, column) => `\x1b[${30 + column + (row > 3 ? 60 : 0)}m colour\x1b[0m`).join("")),
          "", "  ┌────────┬──────┐", "  │ 船舶   │ 🚢🛟 │", "  │ ferry  │   42 │", "  └────────┴──────┘", "  https://example.org/timetable", ""].join("\r\n");
        const page = await visit({ colorScheme, ...options });
        await card(page, "target-card");
        await take(page, "target");
        await page.fill("#target-host", "harbour.example");
        await page.fill("#target-user", "captain");
        await page.click("#target-card .main");
        await card(page, "hostkey-card");
        await take(page, "hostkey");
        await page.check("#hostkey-sure");
        await page.click("#hostkey-accept");
        await card(page, "auth-card");
        await take(page, "password");
        await page.click('#auth-methods label:has([value="publickey"])');
        await take(page, "key");
        await page.click('#auth-methods label:has([value="password"])');
        await page.fill("#auth-password", "secret");
        await page.keyboard.press("Enter");
        await inState(page, "open");
        await until(() => server.shell.acked === server.shell.output.length, "the greeting");
        await take(page, "shell");
        for (const panel of ["settings", "share"]) {
          await page.click(`#open-${panel}`);
          await take(page, panel);
          await page.click(`#${panel} [data-close]`);
        }
        await page.click("#open-search");
        await page.keyboard.type("colour");
        await page.waitForFunction(() => document.querySelector("#search-found").textContent !== "");
        await take(page, "search");
        await page.keyboard.press("Escape");
        server.dropAll();
        await inState(page, "waiting");
        await take(page, "waiting");
        await page.evaluate(() => window.dispatchEvent(new Event("online")));
        await inState(page, "open");
        await run(page, "exit 1");
        await inState(page, "ended");
        await take(page, "ended");
        assert.deepEqual(complaints(page).filter((text) => !text.includes("WebSocket connection to")), []);
      }
    });
});
