// A real sshd, the real server with a terminal that leads there, and visitors with real browsers.
import { join } from "node:path";

import { DESKTOP, launch, open } from "./browser.mjs";
import { Server } from "./server.mjs";
import { PROMPT, Sshd } from "./sshd.mjs";
import { LIMIT, PAGES, atCursor, card, inState } from "./terminal_page.mjs";
import { tap } from "./wire_tap.mjs";

export const PASSWORD = "pä\"ss'w\\ord 密码";

export class Harbour {
  sshd = new Sshd();
  server;
  browser;
  pages = {}; // more of them: path of the URL -> folder
  #like;
  #config;
  #contexts = [];

  // `like`: of the sshd. `config`: of the route, once the sshd is there.
  constructor(like, config = () => ({})) {
    this.#like = like;
    this.#config = config;
  }

  async start() {
    await this.sshd.start(this.#like);
    this.knownHosts = join(this.sshd.scratch, "known_hosts");
    const config = {
      target: { host: "127.0.0.1", port: this.sshd.port },
      known_hosts: { policy: "ask", files: [this.knownHosts] },
      limits: { auth_per_minute: 1000 },
      ...this.#config(this.sshd),
    };
    this.server = new Server({
      plugin_path: [join(PAGES, "..")],
      static: { "/terminal": PAGES, ...this.pages },
      routes: [{ url: "^paramiko/?$", consumer: "paramiko", config }],
    });
    await this.server.start();
    this.browser = await launch();
  }

  async stop() {
    await this.browser?.close();
    try {
      await this.server?.remove();
    } finally {
      await this.sshd.stop();
    }
  }

  // Closes what visitors have left open.
  async leave() {
    await Promise.all(this.#contexts.splice(0).map((context) => context.close()));
  }

  get address() {
    return new URL("terminal/", this.server.url);
  }

  // A browser of somebody, with the page open.
  async visit({ address = this.address, ...options } = {}) {
    const context = await this.browser.newContext({ viewport: DESKTOP, ...options });
    this.#contexts.push(context);
    context.setDefaultTimeout(LIMIT);
    await context.addInitScript(tap);
    return open(context, address);
  }

  // Says who, and trusts the host when it is a new one. The next card is the login.
  async begin(page, user) {
    await card(page, "target-card");
    await page.keyboard.type(user); // the field has the focus
    await page.keyboard.press("Enter");
    const next = await page.waitForSelector("#hostkey-card:not([hidden]), #auth-card:not([hidden])");
    if ((await next.getAttribute("id")) === "hostkey-card") await page.click("#hostkey-accept");
    await card(page, "auth-card");
  }

  // Up to the first prompt.
  async logIn(page, user, password = PASSWORD) {
    await this.begin(page, user);
    await page.fill("#auth-password", password);
    await page.keyboard.press("Enter");
    await this.arrive(page);
  }

  async arrive(page) {
    await inState(page, "open");
    await atCursor(page, PROMPT);
  }

  // A visitor at a shell.
  async shell(user, options) {
    const page = await this.visit(options);
    await this.logIn(page, user);
    return page;
  }
}
