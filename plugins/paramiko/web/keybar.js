import { Keys } from "./keys.js";

const bar = document.getElementById("keybar");
const BUTTONS = [
  ["escape", "Esc"],
  ["tab", "Tab"],
  ["ctrl", "Ctrl"],
  ["alt", "Alt"],
  ["left", "←", "Left"],
  ["down", "↓", "Down"],
  ["up", "↑", "Up"],
  ["right", "→", "Right"],
  ["home", "Home"],
  ["end", "End"],
  ["pageup", "PgUp", "Page up"],
  ["pagedown", "PgDn", "Page down"],
  ["|", "|", "Bar"],
  ["/", "/", "Slash"],
  ["-", "-", "Minus"],
  ["~", "~", "Tilde"],
  ["paste", "Paste"],
];
const REPEATED = new Set(["left", "down", "up", "right", "pageup", "pagedown"]);
const REPEAT_AFTER = 400;
const REPEAT_EVERY = 60;

// The bar of keys below the terminal. `send` gets what a key says, `paste` is the last button.
export class KeyBar {
  keys = new Keys(() => this.#show());
  #screen;
  #send;
  #repeating = 0;

  constructor(screen, { send, paste }) {
    this.#screen = screen;
    this.#send = send;
    bar.append(
      ...BUTTONS.map(([key, text, name = text]) => {
        const button = document.createElement("button");
        button.type = "button";
        button.dataset.key = key;
        button.textContent = text;
        button.setAttribute("aria-label", name);
        if (key === "ctrl" || key === "alt") button.setAttribute("aria-pressed", "false");
        // The keyboard of the phone stays, since the terminal keeps the focus.
        button.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          if (REPEATED.has(key)) this.#repeat(() => this.#press(key));
        });
        for (const end of ["pointerup", "pointerleave", "pointercancel"]) button.addEventListener(end, () => this.#stop());
        button.addEventListener("click", () => (key === "paste" ? paste() : this.#press(key)));
        return button;
      }),
    );
    screen.transform = (text) => this.keys.typed(text);
  }

  show(choice) {
    bar.hidden = choice === "never" || (choice === "auto" && !matchMedia("(pointer: coarse)").matches);
  }

  #press(key) {
    if (key === "ctrl" || key === "alt") return this.keys.tap(key);
    this.#send(this.keys.pressed(key, this.#screen.term.modes.applicationCursorKeysMode));
  }

  #repeat(press) {
    this.#stop();
    this.#repeating = setTimeout(() => (this.#repeating = setInterval(press, REPEAT_EVERY)), REPEAT_AFTER);
  }

  #stop() {
    clearTimeout(this.#repeating);
    clearInterval(this.#repeating);
  }

  #show() {
    for (const modifier of ["ctrl", "alt"]) {
      const button = bar.querySelector(`[data-key="${modifier}"]`);
      button.dataset.sticky = this.keys[modifier];
      button.setAttribute("aria-pressed", String(this.keys[modifier] !== "off"));
    }
  }
}
