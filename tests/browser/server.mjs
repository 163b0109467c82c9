// The real server, started for one test file on a free port and ended with it.
//   WHARF_BINARY  the program, for example build/runtime/wharf
//   WHARF_BUILD   the build directory, whose plugins are served
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
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

const routes = (listen) => `listen: ${listen}
workers: 2
plugin_path: [${join(needed("WHARF_BUILD"), "plugins/message")}]
channel_layer: memory
static: {/: ${join(SOURCE, "plugins/message/web")}}
routes:
  - url: ^message/?$
    consumer: message
`;

export class Server {
  #process = null;
  #folder = null;
  #output = [];

  // Listens on a free port the first time, and on the same one afterwards.
  async start() {
    this.#folder ??= await mkdtemp(join(tmpdir(), "wharf-browser-"));
    const file = join(this.#folder, "routes.yaml");
    await writeFile(file, routes(this.url ? this.url.host : "127.0.0.1:0"));
    this.#process = spawn(needed("WHARF_BINARY"), ["serve", file], { stdio: ["ignore", "pipe", "pipe"] });
    const keep = (line) => this.#output.push(line);
    createInterface(this.#process.stderr).on("line", keep);
    this.url = await new Promise((done, fail) => {
      const why = (what) => fail(new Error(`${what}\n${this.#output.join("\n")}`));
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

  async kill(signal = "SIGKILL") {
    if (this.#process === null) return;
    const ended = new Promise((done) => this.#process.once("exit", done));
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      this.#process.kill(signal);
      await ended;
    }
    this.#process = null;
  }

  async remove() {
    await this.kill("SIGTERM");
    if (this.#folder) await rm(this.#folder, { recursive: true });
  }
}
