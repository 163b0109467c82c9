// Debian's Chromium, and pages that remember what went wrong in them.
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

export const launch = () =>
  chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });

// A page in a visitor's context. `page.complaints` collects errors of scripts and of the console, which is where
// Chromium reports what the content security policy forbade.
export async function open(context, url) {
  const page = await context.newPage();
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(`script: ${error.message}`));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) page.complaints.push(`console: ${message.text()}`);
  });
  await page.goto(url.href);
  return page;
}

// Where screenshots go: WHARF_SCREENSHOTS, or a new folder.
let folder;
export async function screenshot(page, name) {
  folder ??= process.env.WHARF_SCREENSHOTS ?? (await mkdtemp(join(tmpdir(), "wharf-screenshots-")));
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
