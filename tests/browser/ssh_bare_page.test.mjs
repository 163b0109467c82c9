// The page of a typical Channels tutorial, unchanged: text in, text out, and nothing else known.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";

import { Harbour, PASSWORD } from "./harbour.mjs";
import { PROMPT, whyNoSshd } from "./sshd.mjs";
import { assertContent, atCursor, run, someLine } from "./terminal_page.mjs";

const PAGE = `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>terminal</title>
<link rel="icon" href="/terminal/icon.svg">
<link rel="stylesheet" href="/terminal/vendor/xterm.css">
<div id="terminal"></div>
<button id="close">Close</button>
<script type="module" src="bare.js"></script>
</html>`;
const SCRIPT = `
import { Terminal } from "/terminal/vendor/xterm.js";
const term = window.term = new Terminal({ cols: 120, rows: 50 });
term.open(document.getElementById("terminal"));
const socket = new WebSocket("ws://" + location.host + "/paramiko");
socket.onopen = () => term.onData((data) => socket.send(data));
socket.onmessage = (message) => term.write(message.data);
socket.onclose = () => term.write("\\r\\nclosed\\r\\n");
document.getElementById("close").onclick = () => socket.close();
term.focus();
`;

describe("a page that knows nothing of wharf", { timeout: 120_000, skip: whyNoSshd() }, () => {
  let folder;
  const harbour = new Harbour({ users: [{ name: "ada", password: PASSWORD }] });
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "wharf-bare-page-"));
    await writeFile(join(folder, "index.html"), PAGE);
    await writeFile(join(folder, "bare.js"), SCRIPT);
    harbour.pages = { "/bare": folder };
    await harbour.start();
  });
  after(async () => {
    await harbour.stop();
    await rm(folder, { recursive: true });
  });
  afterEach(() => harbour.leave());

  async function visit() {
    const page = await harbour.visit({ address: new URL("bare/", harbour.server.url) });
    await page.waitForFunction(() => window.term);
    return page;
  }
  async function logIn(page) {
    await atCursor(page, /^login: $/);
    await run(page, "ada");
    await someLine(page, /SHA256:/);
    await run(page, "yes");
    await atCursor(page, /[Pp]assword: $/);
    await run(page, PASSWORD);
    await atCursor(page, PROMPT);
  }

  test("asks in the terminal, and is a terminal then", async () => {
    const page = await visit();
    await logIn(page);
    await run(page, "printf '你好 %s\\n' 世界");
    await someLine(page, /^你好 世界$/);
    await run(page, "exit");
    await someLine(page, /^closed$/);
    assertContent(page);
  });

  test("ends its session with its socket", async () => {
    const page = await visit();
    await atCursor(page, /^login: $/);
    await run(page, "ada");
    await atCursor(page, /[Pp]assword: $/);
    await run(page, PASSWORD);
    await atCursor(page, PROMPT);
    await run(page, "exec sleep 1000");
    await page.click("#close");
    await someLine(page, /^closed$/);
    await harbour.sshd.gone("sleep");
    assertContent(page);
  });
});
