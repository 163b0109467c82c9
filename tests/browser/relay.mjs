// A way to a server that can be cut, as when a network goes.
import { connect, createServer } from "node:net";

export class Relay {
  #listener;
  #target;
  #ends = new Set();

  // `target`: the port it leads to.
  async start(target) {
    this.#target = target;
    await this.mend();
  }

  // Breaks every connection, and lets nobody through.
  async cut() {
    const closed = new Promise((done) => this.#listener.close(done));
    for (const end of this.#ends) end.resetAndDestroy();
    await closed;
  }

  // Lets whoever comes through again, at the same port.
  async mend() {
    this.#listener = createServer((near) => this.#carry(near));
    await new Promise((done, fail) => this.#listener.once("error", fail).listen(this.port ?? 0, "127.0.0.1", done));
    this.port = this.#listener.address().port;
  }

  #carry(near) {
    const far = connect(this.#target, "127.0.0.1");
    for (const [end, other] of [[near, far], [far, near]]) {
      this.#ends.add(end);
      end.setNoDelay();
      end.on("error", () => {}); // its close follows
      end.on("close", () => {
        this.#ends.delete(end);
        other.destroy();
      });
      end.pipe(other);
    }
  }
}
