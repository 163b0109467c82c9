// What Python starts for one test file, ended with it: see bed.py.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const PYTHON = "/usr/bin/python3";
export const ENVIRONMENT = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };
export const program = (name) => fileURLToPath(new URL(name, import.meta.url));

export class Bed {
  #program;
  #process;
  #waiting = [];
  #said = "";

  constructor(name) {
    this.#program = program(name);
  }

  // `like`: what it is like. Afterwards it has what clients have to know.
  async start(like) {
    this.#process = spawn(PYTHON, [this.#program], { env: ENVIRONMENT, stdio: ["pipe", "pipe", "pipe"] });
    this.#process.stderr.setEncoding("utf8").on("data", (text) => (this.#said += text));
    createInterface(this.#process.stdout).on("line", (line) => this.#waiting.shift().done(JSON.parse(line)));
    this.ended = new Promise((done) => this.#process.once("close", done));
    this.ended.then(() => this.#waiting.splice(0).forEach(({ fail }) => fail(new Error(`it has ended:\n${this.#said}`))));
    this.#process.stdin.on("error", () => {}); // the same is told by its end
    Object.assign(this, await this.say(like));
  }

  say(value) {
    return new Promise((done, fail) => {
      this.#waiting.push({ done, fail });
      this.#process.stdin.write(`${JSON.stringify(value)}\n`);
    });
  }

  async stop() {
    this.#process?.stdin.end();
    await this.ended;
  }
}
