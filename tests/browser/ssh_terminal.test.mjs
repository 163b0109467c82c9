// What a terminal in the page is to the programs on the other side: its size, its columns, and its input.
import assert from "node:assert/strict";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";

import { Harbour, PASSWORD } from "./harbour.mjs";
import { PROMPT, whyNoSshd } from "./sshd.mjs";
import { assertContent, atCursor, paste, run, someLine, until } from "./terminal_page.mjs";
import { digest } from "./terminal_server.mjs";

// A program that puts out each character, asks the terminal where its cursor is, and compares with the C library.
const COLUMNS = `
import ctypes, locale, os, re, sys, termios, tty
locale.setlocale(locale.LC_ALL, "C.UTF-8")
wcwidth = ctypes.CDLL(None).wcwidth
before = termios.tcgetattr(0)
tty.setraw(0)
wrong = []
try:
    for text in sys.argv[1:]:
        os.write(1, ("\\r\\x1b[K" + text + "\\x1b[6n").encode())
        answer = b""
        while not answer.endswith(b"R"):
            answer += os.read(0, 1)
        column = int(re.search(rb";(\\d+)R", answer)[1]) - 1
        expected = sum(wcwidth(ord(character)) for character in text)
        if column != expected:
            wrong.append(f"{text}: {column}, not {expected}")
finally:
    termios.tcsetattr(0, termios.TCSADRAIN, before)
print("\\r\\x1b[K" + (" ".join(wrong) or f"{len(sys.argv) - 1} are right"))
`;
const TEXTS = ["a", "é", "e\u0301", "好", "你好，世界", "ｱ", "한국어", "─┼─", "🚢", "🛟", "👍", "Ａ", "…", "→", "нет", "ไทย"];

describe("a terminal in the page", { timeout: 120_000, skip: whyNoSshd() }, () => {
  const harbour = new Harbour({ users: [{ name: "ada", password: PASSWORD }] });
  before(() => harbour.start());
  after(() => harbour.stop());
  afterEach(() => harbour.leave());

  const home = (name) => join(harbour.sshd.homes.ada, name);
  async function put(name, content) {
    await writeFile(home(name), content);
    await chmod(home(name), 0o644);
  }

  test("a program learns the size, at first and after the window has changed", async () => {
    const page = await harbour.shell("ada");
    const told = async () => {
      await run(page, "clear; stty size");
      const { cols, rows } = await page.evaluate(() => ({ cols: window.term.cols, rows: window.term.rows }));
      await someLine(page, new RegExp(`^${rows} ${cols}$`));
      await atCursor(page, PROMPT);
      return cols;
    };
    const wide = await told();
    await page.setViewportSize({ width: 640, height: 480 });
    await page.waitForFunction((before) => window.term.cols < before, wide);
    await until(() => page.evaluate(() => window.wire.said.at(-1)?.cols === window.term.cols), "the size is told");
    const narrow = await told();
    await page.setViewportSize({ width: 1600, height: 1000 });
    await page.waitForFunction((before) => window.term.cols > before, wide);
    await until(() => page.evaluate(() => window.wire.said.at(-1)?.cols === window.term.cols), "the size is told");
    assert.ok(narrow < wide && wide < (await told()));
    assertContent(page);
  });

  test("characters take the columns that the C library counts there", async () => {
    await put("columns.py", COLUMNS);
    const page = await harbour.shell("ada");
    await run(page, `python3 columns.py ${TEXTS.join(" ")}`);
    await someLine(page, new RegExp(`^${TEXTS.length} are right$`));
    assertContent(page);
  });

  test("what is typed in another script arrives, and what comes is shown", async () => {
    const page = await harbour.shell("ada");
    await run(page, "printf '%s|\\n' 'Grüße 你好 🚢'");
    await someLine(page, /^Grüße 你好 🚢\|$/);
    await run(page, "printf 你好 | wc -c");
    await someLine(page, /^6$/);
  });

  test("several lines are pasted after a question, or not at all", async () => {
    const page = await harbour.shell("ada");
    const text = "echo first\necho second\necho third\n";
    await paste(page, text);
    await page.waitForSelector("#paste[open]");
    assert.match(await page.textContent("#paste-text"), /3 lines.*run at once/);
    assert.equal(await page.inputValue("#paste-lines"), text);
    await page.keyboard.press("Escape");
    await page.waitForSelector("#paste:not([open])", { state: "attached" });
    await run(page, "echo nothing");
    await someLine(page, /^nothing$/);
    assert.doesNotMatch(await page.evaluate(() => window.wire.text()), /first/);
    await paste(page, text);
    await page.waitForSelector("#paste[open]");
    await page.keyboard.press("Enter");
    for (const word of ["first", "second", "third"]) await someLine(page, new RegExp(`^(bed\\$ )?${word}$`));
    assertContent(page);
  });

  test("a large paste arrives byte for byte", async () => {
    const page = await harbour.shell("ada");
    const text = Array.from({ length: 20_000 }, (_, number) => `line ${number} ${"x".repeat(40)} 好\n`).join("");
    // What comes while the shell still changes the modes of its terminal may stay there.
    await run(page, "stty -echo; echo re''ady; cat > pasted; stty echo");
    await someLine(page, /^ready$/);
    await paste(page, text);
    await page.waitForSelector("#paste[open]");
    await page.keyboard.press("Enter");
    const expected = Buffer.from(text);
    await until(async () => (await readFile(home("pasted"))).length >= expected.length, "the paste");
    await page.keyboard.press("Control+D");
    await atCursor(page, PROMPT);
    assert.equal(digest(await readFile(home("pasted"))), digest(expected));
    assertContent(page);
  });

  test("the remote side may end it, and its status is told", async () => {
    const page = await harbour.shell("ada");
    await run(page, "exit 7");
    await page.waitForSelector('#status[data-state="ended"]');
    assert.match(await page.textContent("#banner-text"), /status 7/);
    await page.keyboard.press("Enter"); // the button has the focus
    await harbour.logIn(page, "ada");
  });
});
