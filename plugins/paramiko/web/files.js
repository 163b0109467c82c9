import { ask } from "./ask.js";
import { icon, span, tool } from "./elements.js";
import { say } from "./protocol.js";
import { above, inOrder, join, readable } from "./remote_path.js";
import { Download, FilesError, Upload } from "./transfer.js";
import { Transfers } from "./transfers.js";

const element = (id) => document.getElementById(id);
const panel = element("files");
const path = element("files-path");
const list = element("files-entries");
const problem = element("files-error");
const upload = element("files-upload");

const dates = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

// The panel of files. `send` says a frame to the server, `url` is where files go by.
export class Files {
  #send;
  #transfers;
  #folder = ".";
  #asked = new Map(); // by id: { done, fail, entries }
  #lastId = 0;
  #listing = 0; // counts; an answer to a question that is not the last one is not shown

  constructor(url, send) {
    this.#send = send;
    this.#transfers = new Transfers(url, (...question) => this.#ask(...question));
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

  // As many files as the server takes at once.
  set most(most) {
    this.#transfers.most = most;
  }

  // The server's answer to a question of ours.
  answer({ id, error, entries, more, ...answer }) {
    const asked = this.#asked.get(id);
    if (!asked) return;
    if (entries) asked.entries.push(...entries);
    if (!error && more) return;
    this.#asked.delete(id);
    if (error) asked.fail(new FilesError(error.text || error.code || "That did not work.", error.retry));
    else asked.done({ ...answer, entries: asked.entries });
  }

  // The connection is gone, and with it whatever was asked.
  reset() {
    for (const { fail } of this.#asked.values()) fail(new FilesError("The connection was lost.", true));
    this.#asked.clear();
  }

  // The session is over.
  end() {
    this.reset();
    this.#transfers.end();
    this.#folder = ".";
  }

  async uploadAll(files) {
    const folder = this.#folder;
    await Promise.all(files.map((file) => this.#transfers.carry(file.name, new Upload(join(folder, file.name), file))));
    if (this.#folder === folder) this.#go(folder);
  }

  #ask(op, place, more = {}) {
    const id = (this.#lastId += 1);
    return new Promise((done, fail) => {
      this.#asked.set(id, { done, fail, entries: [] });
      if (this.#send(say.sftp(op, id, place, more))) return;
      this.#asked.delete(id);
      fail(new FilesError("There is no connection.", true));
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
      const { entries, truncated } = await this.#ask("list", folder);
      if (listing !== this.#listing) return;
      const moved = this.#folder !== folder;
      this.#folder = path.value = folder;
      this.#show(inOrder(entries), truncated ? `There are more than these ${entries.length}.` : "");
      if (moved) list.scrollTop = 0;
    });
    if (listing === this.#listing) list.removeAttribute("aria-busy");
  }

  #show(entries, remark) {
    const hadFocus = list.contains(document.activeElement);
    list.replaceChildren(...entries.map((entry) => this.#row(entry)));
    const said = entries.length === 0 ? "Nothing here." : remark;
    if (said) {
      const line = document.createElement("li");
      line.className = "empty";
      line.textContent = said;
      list.append(line);
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
    const blob = await this.#transfers.carry(name, new Download(place));
    if (blob === null) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }
}
