import { ask } from "./ask.js";
import { say } from "./protocol.js";
import { above, inOrder, join, readable } from "./remote_path.js";
import { Download, Upload } from "./transfer.js";

const element = (id) => document.getElementById(id);
const panel = element("files");
const path = element("files-path");
const list = element("files-entries");
const problem = element("files-error");
const transfers = element("files-transfers");
const upload = element("files-upload");

const icon = (name) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `icons.svg#${name}`);
  svg.append(use);
  return svg;
};

const span = (className, text) => {
  const result = document.createElement("span");
  result.className = className;
  result.textContent = text;
  return result;
};

const tool = (name, label, action) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "tool";
  button.title = label;
  button.setAttribute("aria-label", label);
  button.append(icon(name));
  button.addEventListener("click", action);
  return button;
};

const dates = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

// The panel of files. `send` says a frame to the server, `url` is where files go by.
export class Files {
  #send;
  #url;
  #folder = ".";
  #asked = new Map(); // by id: { done, fail, entries }
  #lastId = 0;
  #listing = 0; // counts; an answer to a question that is not the last one is not shown
  #running = new Set();

  constructor(url, send) {
    this.#url = url;
    this.#send = send;
    panel.addEventListener("panelopen", () => this.#go(this.#folder));
    element("files-go").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#go(path.value.trim() || ".");
    });
    element("files-up").addEventListener("click", () => this.#go(above(this.#folder)));
    element("files-folder").addEventListener("click", () => this.#newFolder());
    upload.addEventListener("change", () => {
      this.uploadAll([...upload.files]);
      upload.value = "";
    });
    for (const kind of ["dragenter", "dragover", "dragleave", "drop"])
      panel.addEventListener(kind, (event) => {
        if (!event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        panel.classList.toggle("dropping", kind === "dragenter" || kind === "dragover");
        if (kind === "drop") this.uploadAll([...event.dataTransfer.files]);
      });
  }

  // The server's answer to a question of ours.
  answer({ id, error, entries, more, token, size }) {
    const asked = this.#asked.get(id);
    if (!asked) return;
    if (entries) asked.entries.push(...entries);
    if (!error && more) return;
    this.#asked.delete(id);
    if (error) asked.fail(new Error(error.text || error.code || "That did not work."));
    else asked.done({ entries: asked.entries, token, size });
  }

  // The connection is gone, and with it whatever was asked.
  reset() {
    for (const { fail } of this.#asked.values()) fail(new Error("The connection was lost."));
    this.#asked.clear();
  }

  // The session is over.
  end() {
    this.reset();
    for (const transfer of this.#running) transfer.cancel();
    this.#folder = ".";
    transfers.replaceChildren();
    transfers.hidden = true;
  }

  async uploadAll(files) {
    const folder = this.#folder;
    await Promise.allSettled(files.map((file) => this.#upload(folder, file)));
    if (this.#folder === folder) this.#go(folder);
  }

  #ask(op, place, more = {}) {
    const id = (this.#lastId += 1);
    return new Promise((done, fail) => {
      this.#asked.set(id, { done, fail, entries: [] });
      if (this.#send(say.sftp(op, id, place, more))) return;
      this.#asked.delete(id);
      fail(new Error("There is no connection."));
    });
  }

  // Does something and says what went wrong with it.
  async #try(action) {
    problem.hidden = true;
    try {
      await action();
      return true;
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
      return false;
    }
  }

  async #go(folder) {
    const listing = (this.#listing += 1);
    list.setAttribute("aria-busy", "true");
    await this.#try(async () => {
      const { entries } = await this.#ask("list", folder);
      if (listing !== this.#listing) return;
      const moved = this.#folder !== folder;
      this.#folder = path.value = folder;
      this.#show(inOrder(entries));
      if (moved) list.scrollTop = 0;
    });
    if (listing === this.#listing) list.removeAttribute("aria-busy");
  }

  #show(entries) {
    const hadFocus = list.contains(document.activeElement);
    list.replaceChildren(...entries.map((entry) => this.#row(entry)));
    if (entries.length === 0) {
      const empty = document.createElement("li");
      empty.className = "empty";
      empty.textContent = "Nothing here.";
      list.append(empty);
    }
    if (hadFocus) list.querySelector("button")?.focus();
  }

  #row(entry) {
    const place = join(this.#folder, entry.name);
    const isFolder = entry.type === "directory";
    // Where a link leads to, only a look tells.
    const open = () => (isFolder || entry.type === "link" ? this.#go(place) : this.#download(place, entry.name));
    const item = document.createElement("li");
    item.dataset.type = entry.type;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "open";
    button.title = isFolder ? entry.name : `Download ${entry.name}`;
    const when = entry.modified > 0 ? dates.format(entry.modified * 1000) : "";
    const about = [isFolder ? "" : readable(entry.size), when].filter(Boolean).join(" · ");
    button.append(icon(isFolder ? "files" : "file"), span("named", entry.name), span("note", about));
    button.addEventListener("click", open);
    item.append(button);
    if (entry.type === "link") item.append(tool("download", `Download ${entry.name}`, () => this.#download(place, entry.name)));
    item.append(
      tool("rename", `Rename ${entry.name}`, () => this.#rename(place, entry.name)),
      tool("trash", `Delete ${entry.name}`, () => this.#remove(place, entry.name)),
    );
    return item;
  }

  async #newFolder() {
    const name = await ask({ question: "New folder", name: "Name", value: "", answer: "Make it" });
    if (name) await this.#change(() => this.#ask("mkdir", join(this.#folder, name)));
  }

  async #rename(place, old) {
    const name = await ask({ question: `Rename ${old}`, name: "New name", value: old, answer: "Rename" });
    if (name && name !== old) await this.#change(() => this.#ask("rename", place, { to: join(this.#folder, name) }));
  }

  async #remove(place, name) {
    const sure = await ask({ question: `Delete ${name}?`, answer: "Delete" });
    if (sure !== null) await this.#change(() => this.#ask("remove", place));
  }

  async #change(action) {
    if (await this.#try(action)) await this.#go(this.#folder);
  }

  async #download(place, name) {
    await this.#try(async () => {
      const { token, size } = await this.#ask("get", place);
      const row = this.#track(name, size);
      const blob = await row.follow(new Download(this.#url, token, row.moved));
      if (blob === null) return;
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    });
  }

  async #upload(folder, file) {
    await this.#try(async () => {
      const { token } = await this.#ask("put", join(folder, file.name), { size: file.size });
      const row = this.#track(file.name, file.size);
      await row.follow(new Upload(this.#url, token, row.moved, file));
    });
  }

  // A line that shows how far a file has come.
  #track(name, size) {
    const item = document.createElement("li");
    const state = span("note", "");
    const bar = document.createElement("progress");
    bar.setAttribute("aria-label", name);
    if (size !== null) bar.max = Math.max(1, size);
    let transfer = null;
    const button = tool("close", `Cancel ${name}`, () => (this.#running.has(transfer) ? transfer.cancel() : this.#dismiss(item)));
    item.append(span("named", name), state, button, bar);
    transfers.prepend(item);
    transfers.hidden = false;
    const began = performance.now();
    return {
      moved: (bytes) => {
        if (size !== null) bar.value = bytes;
        const rate = bytes / Math.max(0.1, (performance.now() - began) / 1000);
        state.textContent = `${readable(bytes)}${size === null ? "" : ` of ${readable(size)}`}, ${readable(rate)}/s`;
      },
      follow: async (running) => {
        transfer = running;
        this.#running.add(running);
        try {
          const result = await running.run();
          item.dataset.state = "done";
          state.textContent = `Done, ${readable(running.moved)}`;
          return result ?? null;
        } catch (error) {
          item.dataset.state = "failed";
          state.textContent = error.message;
          return null;
        } finally {
          this.#running.delete(running);
          bar.remove();
          button.setAttribute("aria-label", `Dismiss ${name}`);
          button.title = `Dismiss ${name}`;
        }
      },
    };
  }

  #dismiss(item) {
    item.remove();
    transfers.hidden = transfers.childElementCount === 0;
  }
}
