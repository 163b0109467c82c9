// What somebody likes, kept by the browser. Nothing in it is secret, and none of it goes to the server.
const KEY = "wharf-terminal-settings";

const CHOICES = {
  theme: { otherwise: "auto", of: ["auto", "light", "dark", "contrast"] },
  fontSize: { otherwise: 15, from: 8, to: 32 },
  scrollback: { otherwise: 5000, from: 0, to: 100_000 },
  cursor: { otherwise: "block", of: ["block", "bar", "underline"] },
  rightClick: { otherwise: "menu", of: ["menu", "paste"] },
  confirmPaste: { otherwise: "always", of: ["always", "runs", "never"] },
  copyOnSelect: { otherwise: false },
  clipboardWrite: { otherwise: false },
  screenReader: { otherwise: false },
  keyBar: { otherwise: "auto", of: ["auto", "always", "never"] },
};

function valid(choice, value) {
  if (choice.of) return choice.of.includes(value) ? value : choice.otherwise;
  if (choice.from !== undefined) {
    const number = Math.round(Number(value));
    return Number.isFinite(number) && value !== "" && value !== null
      ? Math.min(choice.to, Math.max(choice.from, number))
      : choice.otherwise;
  }
  return typeof value === "boolean" ? value : choice.otherwise;
}

// Has each setting as a property of `values`, and dispatches "change" after one was set, here or in another tab.
export class Settings extends EventTarget {
  values = {};
  #storage;

  constructor(storage) {
    super();
    this.#storage = storage;
    this.#load();
  }

  set(name, value) {
    this.values[name] = valid(CHOICES[name], value);
    try {
      this.#storage?.setItem(KEY, JSON.stringify(this.values));
    } catch {
      // A browser that keeps nothing still shows what was chosen.
    }
    this.dispatchEvent(new Event("change"));
  }

  // Another tab has changed something.
  reload() {
    this.#load();
    this.dispatchEvent(new Event("change"));
  }

  #load() {
    let kept = {};
    try {
      kept = JSON.parse(this.#storage?.getItem(KEY) ?? "{}") ?? {};
    } catch {
      // Somebody else's, or broken: the defaults.
    }
    for (const [name, choice] of Object.entries(CHOICES)) this.values[name] = valid(choice, kept[name]);
  }
}

export const isSettingsKey = (key) => key === KEY;
