// The real server, started for one test file on a free port and ended with it.
//   WHARF_BINARY  the program, for example build/runtime/wharf
//   WHARF_BUILD   the build directory, whose plugins are served
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const START_LIMIT = 20_000;
const SOURCE = fileURLToPath(new URL("../..", import.meta.url));

function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: see tests/browser/server.mjs`);
  return resolve(value);
}

export const MESSAGE = {
  plugin_path: [join(needed("WHARF_BUILD"), "plugins/message")],
  static: { "/": join(SOURCE, "plugins/message/web") },
  routes: [{ url: "^message/?$", consumer: "message" }],
};

export class Server {
  #process = null;
  #folder = null;
  #output = [];
  #settings;

  // `settings`: the routes.yaml, but for what every test needs.
  constructor(settings) {
    this.#settings = settings;
  }

  // Listens on a free port the first time, and on the same one afterwards.
  async start() {
    this.#folder ??= await mkdtemp(join(tmpdir(), "wharf-browser-"));
    const file = join(this.#folder, "routes.yaml");
    const common = { listen: this.url?.host ?? "127.0.0.1:0", workers: 2, channel_layer: "memory" };
    await writeFile(file, JSON.stringify({ ...common, ...this.#settings })); // which is YAML as well
    this.#process = spawn(needed("WHARF_BINARY"), ["serve", file], { stdio: ["ignore", "pipe", "pipe"] });
    const keep = (line) => this.#output.push(line);
    createInterface(this.#process.stderr).on("line", keep);
    this.url = await new Promise((done, fail) => {
      const why = (what) => fail(new Error(`${what}\n${this.log}`));
      const limit = setTimeout(() => why("the server did not say where it serves"), START_LIMIT);
      this.#process.once("error", fail);
      this.#process.once("exit", (code, signal) => why(`the server ended at once: ${signal ?? code}`));
      createInterface(this.#process.stdout).on("line", (line) => {
        keep(line);
        const address = /serving (http:\/\/\S+)/.exec(line)?.[1];
        if (!address) return;
        clearTimeout(limit);
        done(new URL(address));
      });
    });
    this.#process.removeAllListeners("exit");
  }

  get running() {
    return this.#process !== null;
  }

  get log() {
    return this.#output.join("\n");
  }

  // Bytes of memory that it occupies.
  async resident() {
    const status = await readFile(`/proc/${this.#process.pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)[1]) * 1024;
  }

  // Answers with how it ended: an exit code, or the name of a signal.
  async kill(signal = "SIGKILL") {
    const ending = this.#process;
    if (ending === null) return 0;
    this.#process = null;
    if (ending.exitCode === null && ending.signalCode === null) {
      const ended = new Promise((done) => ending.once("exit", done));
      ending.kill(signal);
      await ended;
    }
    return ending.signalCode ?? ending.exitCode;
  }

  async remove() {
    const end = await this.kill("SIGTERM");
    if (this.#folder) await rm(this.#folder, { recursive: true });
    if (end !== 0) throw new Error(`the server did not end well: ${end}\n${this.log}`);
  }
}
