import { Backoff } from "./backoff.js";
import { span, tool } from "./elements.js";
import { readable } from "./remote_path.js";
import { FilesError } from "./transfer.js";
import { Turns } from "./turns.js";

const list = document.getElementById("files-transfers");
const MOST_FAILURES = 8; // in a row, without a byte in between

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// The list of files that are on their way, have been, or wait for their turn.
export class Transfers {
  #url;
  #ask;
  #turns = new Turns();
  #running = new Set();

  // `url` is where files go by, `ask` asks the server.
  constructor(url, ask) {
    this.#url = url;
    this.#ask = ask;
  }

  // As many as the server takes at once.
  set most(most) {
    this.#turns.most = most;
  }

  // Resolves with what the transfer brought, or null: the line of the list says why.
  async carry(name, transfer) {
    const line = this.#line(name, transfer);
    this.#running.add(transfer);
    try {
      const result = await this.#turns.take(() => this.#tries(transfer, line));
      line.end("done", `Done, ${readable(transfer.moved)}`);
      return result ?? null;
    } catch (error) {
      line.end("failed", error.message);
      return null;
    } finally {
      this.#running.delete(transfer);
    }
  }

  // The session is over.
  end() {
    for (const transfer of this.#running) transfer.cancel();
    list.replaceChildren();
    list.hidden = true;
  }

  // A connection that breaks is no reason to begin anew.
  async #tries(transfer, line) {
    const backoff = new Backoff({ limit: 10_000 });
    let reached = 0;
    for (let failures = 1; ; failures += 1) {
      try {
        return await transfer.run(this.#url, this.#ask);
      } catch (error) {
        if (transfer.moved > reached) {
          failures = 1;
          backoff.reset();
        }
        reached = Math.max(reached, transfer.moved);
        if (!(error instanceof FilesError) || !error.again || failures === MOST_FAILURES) throw error;
        line.say("Interrupted, and goes on soon");
        await pause(backoff.next());
      }
    }
  }

  #line(name, transfer) {
    const item = document.createElement("li");
    const state = span("note", "Waits for its turn");
    const bar = document.createElement("progress");
    bar.setAttribute("aria-label", name);
    const button = tool("close", `Cancel ${name}`, () => (this.#running.has(transfer) ? transfer.cancel() : this.#dismiss(item)));
    item.append(span("named", name), state, button, bar);
    list.prepend(item);
    list.hidden = false;
    let began = null; // when and where what is measured began
    transfer.progress = (bytes) => {
      const { size } = transfer;
      if (size !== null) {
        bar.max = Math.max(1, size);
        bar.value = bytes;
      }
      began ??= { at: performance.now(), bytes };
      const rate = (bytes - began.bytes) / Math.max(0.1, (performance.now() - began.at) / 1000);
      state.textContent = `${readable(bytes)}${size === null ? "" : ` of ${readable(size)}`}, ${readable(rate)}/s`;
    };
    return {
      say: (text) => {
        state.textContent = text;
        began = null;
      },
      end: (how, text) => {
        item.dataset.state = how;
        state.textContent = text;
        bar.remove();
        button.setAttribute("aria-label", `Dismiss ${name}`);
        button.title = `Dismiss ${name}`;
      },
    };
  }

  #dismiss(item) {
    item.remove();
    list.hidden = list.childElementCount === 0;
  }
}
