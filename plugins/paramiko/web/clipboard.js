import { ClipboardAddon } from "./vendor/addon-clipboard.js";

import { howToPaste, safe } from "./paste.js";
import { tell } from "./notice.js";

const dialog = document.getElementById("paste");
const question = document.getElementById("paste-text");
const lines = document.getElementById("paste-lines");
const LARGEST = 1 << 20; // characters that a program may put on the clipboard

const copyText = (text) => navigator.clipboard?.writeText(text) ?? Promise.reject(new Error("no clipboard"));

// Copying out of the terminal and pasting into it.
export class Clipboard {
  #screen;
  #settings;
  #writable;
  #asking = false;

  // `writable` says whether there is somebody to paste for.
  constructor(screen, settings, place, writable) {
    this.#screen = screen;
    this.#settings = settings;
    this.#writable = writable;
    const { term } = screen;

    // A program may write, if it is allowed to. It is not waited for: output goes on.
    const provider = { readText: () => "", writeText: (selection, text) => this.#fromProgram(text) };
    term.loadAddon(new ClipboardAddon(undefined, provider));
    // A program that asks what is on the clipboard hears nothing at all. What is registered last is asked first.
    term.parser.registerOscHandler(52, (data) => data.endsWith(";?"));

    place.addEventListener("paste", (event) => {
      event.preventDefault();
      event.stopPropagation();
      this.paste(event.clipboardData?.getData("text/plain") ?? "");
    }, true);
    place.addEventListener("contextmenu", (event) => {
      if (this.#settings.values.rightClick !== "paste" || event.shiftKey) return;
      event.preventDefault();
      event.stopPropagation();
      if (term.hasSelection()) this.copy().then(() => term.clearSelection());
      else this.pasteFromClipboard();
    }, true);
    term.onSelectionChange(() => {
      if (this.#settings.values.copyOnSelect && term.hasSelection()) copyText(term.getSelection()).catch(() => {});
    });
  }

  async copy() {
    const text = this.#screen.term.getSelection();
    if (text === "") return;
    try {
      await copyText(text);
      tell("Copied.", 1500);
    } catch {
      tell("The browser did not let this page copy. Use its menu.");
    }
  }

  async pasteFromClipboard() {
    try {
      this.paste(await navigator.clipboard.readText());
    } catch {
      tell("The browser did not let this page read the clipboard. Use Ctrl+V of its menu, or Ctrl+Shift+V.");
    }
  }

  async paste(text) {
    if (text === "" || this.#asking || !this.#writable()) return;
    const { term } = this.#screen;
    const how = howToPaste(text, { bracketed: term.modes.bracketedPasteMode, confirm: this.#settings.values.confirmPaste });
    if (!how.ask) return term.paste(how.text);
    this.#asking = true;
    question.textContent = how.question;
    lines.value = how.text;
    dialog.returnValue = "cancel";
    dialog.showModal();
    await new Promise((done) => dialog.addEventListener("close", done, { once: true }));
    this.#asking = false;
    const agreed = dialog.returnValue === "paste" && this.#writable();
    if (agreed) term.paste(safe(lines.value));
    lines.value = "";
    this.#screen.focus();
  }

  #fromProgram(text) {
    if (!this.#settings.values.clipboardWrite) return tell("A program wanted to write to the clipboard. The settings say whether it may.");
    if (text === "" || text.length > LARGEST) return;
    copyText(text).then(() => tell("A program has put text on the clipboard.", 2000), () => tell("A program wanted to write to the clipboard, and the browser did not let it."));
  }
}
