// Keys that a touch keyboard lacks. Control and Alt hold for the next key: once tapped for one, twice for all until
// they are tapped again.
const NEXT = { off: "once", once: "locked", locked: "off" };
const CURSOR = { up: "A", down: "B", right: "C", left: "D", home: "H", end: "F" };
const PAGES = { pageup: "5", pagedown: "6" };
const CONTROLS = { " ": "\x00", "@": "\x00", "[": "\x1b", "\\": "\x1c", "]": "\x1d", "^": "\x1e", _: "\x1f", "/": "\x1f", "?": "\x7f", "-": "\x1f" };

export class Keys {
  ctrl = "off";
  alt = "off";

  constructor(changed = () => {}) {
    this.changed = changed;
  }

  tap(modifier) {
    this[modifier] = NEXT[this[modifier]];
    this.changed();
  }

  // What the text that was typed becomes. Only one character at a time is a key; anything else was pasted.
  typed(text) {
    if ((this.ctrl === "off" && this.alt === "off") || [...text].length !== 1) return text;
    const letter = this.ctrl === "off" ? text : control(text);
    const result = this.alt === "off" ? letter : `\x1b${letter}`;
    this.#used();
    return result;
  }

  // What a key of the bar sends. `application` is the mode of the cursor keys that a program has asked for.
  pressed(key, application = false) {
    const modifier = 1 + (this.alt === "off" ? 0 : 2) + (this.ctrl === "off" ? 0 : 4);
    const plain = modifier === 1;
    if (Object.hasOwn(CURSOR, key)) {
      this.#used();
      return plain ? `\x1b${application ? "O" : "["}${CURSOR[key]}` : `\x1b[1;${modifier}${CURSOR[key]}`;
    }
    if (Object.hasOwn(PAGES, key)) {
      this.#used();
      return plain ? `\x1b[${PAGES[key]}~` : `\x1b[${PAGES[key]};${modifier}~`;
    }
    return this.typed({ escape: "\x1b", tab: "\t" }[key] ?? key);
  }

  #used() {
    for (const modifier of ["ctrl", "alt"]) if (this[modifier] === "once") this[modifier] = "off";
    this.changed();
  }
}

function control(character) {
  if (Object.hasOwn(CONTROLS, character)) return CONTROLS[character];
  const upper = character.toUpperCase();
  return upper >= "A" && upper <= "Z" ? String.fromCharCode(upper.charCodeAt(0) - 64) : character;
}
