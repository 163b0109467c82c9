// An OpenSSH server for one test file, ended with it: that of tests/scenario/harness, which ssh_bed.py lends.
import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { PAGES } from "./terminal_page.mjs";

const PYTHON = "/usr/bin/python3";
const PROGRAM = fileURLToPath(new URL("ssh_bed.py", import.meta.url));
const ENVIRONMENT = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };
export const PROMPT = /^bed\$ $/;

// Why there can be none here, for `skip`; or false.
export function whyNoSshd() {
  if (!existsSync(PAGES)) return "the page was not built";
  return execFileSync(PYTHON, [PROGRAM, "why-not"], { env: ENVIRONMENT, encoding: "utf8" }).trim() || false;
}

export class Sshd {
  #process;
  #waiting = [];
  #said = "";

  // `like`: { keys, users, …options }, see ssh_bed.py. Afterwards it has port, fingerprints, knownHosts, keys, homes.
  async start(like) {
    this.#process = spawn(PYTHON, [PROGRAM], { env: ENVIRONMENT, stdio: ["pipe", "pipe", "pipe"] });
    this.#process.stderr.setEncoding("utf8").on("data", (text) => (this.#said += text));
    createInterface(this.#process.stdout).on("line", (line) => this.#waiting.shift().done(JSON.parse(line)));
    this.ended = new Promise((done) => this.#process.once("close", done));
    this.ended.then(() => this.#waiting.splice(0).forEach(({ fail }) => fail(new Error(`the sshd has ended:\n${this.#said}`))));
    this.#process.stdin.on("error", () => {}); // the same is told by its end
    Object.assign(this, await this.#say({ keys: {}, users: [], ...like }));
  }

  #say(value) {
    return new Promise((done, fail) => {
      this.#waiting.push({ done, fail });
      this.#process.stdin.write(`${JSON.stringify(value)}\n`);
    });
  }

  // The one-time code that is valid now.
  code(secret) {
    return this.#say(["code", secret]);
  }

  // Bytes that the one process of that name has written so far.
  written(name) {
    return this.#say(["written", name]);
  }

  // Until no process has that name.
  gone(name) {
    return this.#say(["gone", name]);
  }

  // Another host answers at the same place.
  async changeHostKeys(...kinds) {
    Object.assign(this, await this.#say(["new_host_keys", ...kinds]));
  }

  async stop() {
    this.#process?.stdin.end();
    await this.ended;
  }
}
