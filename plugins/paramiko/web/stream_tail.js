const ESC = 0x1b;
const BEL = 0x07;
const CAN = 0x18;
const SUB = 0x1a;
const STRINGS = new Set([0x50, 0x58, 0x5d, 0x5e, 0x5f]); // DCS, SOS, OSC, PM, APC behind an escape

// Follows a stream of terminal output, and tells how many bytes at its end belong to a character or a control sequence
// that is not complete.
export class StreamTail {
  #state = "ground"; // or "escape", "control", "string", "stringEscape", "character"
  #missing = 0; // bytes of a character
  length = 0;

  reset() {
    this.#state = "ground";
    this.length = 0;
  }

  add(bytes) {
    for (const byte of bytes) this.#step(byte);
  }

  #step(byte) {
    switch (this.#state) {
      case "ground":
        return this.#ground(byte);
      case "character":
        if ((byte & 0xc0) !== 0x80) return this.#ground(byte);
        this.#missing -= 1;
        return this.#stay(this.#missing === 0 ? "ground" : "character");
      case "escape":
        if (byte === 0x5b) return this.#stay("control");
        if (STRINGS.has(byte)) return this.#stay("string");
        return this.#sequence(byte, byte >= 0x30 && byte < 0x7f, "escape");
      case "control":
        return this.#sequence(byte, byte >= 0x40 && byte < 0x7f, "control");
      case "string":
        if (byte === BEL || byte === CAN || byte === SUB) return this.#stay("ground");
        return this.#stay(byte === ESC ? "stringEscape" : "string");
      default:
        // An escape ends a string whatever follows; a backslash is the polite way.
        if (byte === 0x5c) return this.#stay("ground");
        this.#state = "escape";
        this.length = 1;
        return this.#step(byte);
    }
  }

  #sequence(byte, isFinal, same) {
    if (byte === ESC) return this.#begin("escape");
    if (isFinal || byte === CAN || byte === SUB) return this.#stay("ground");
    return this.#stay(same);
  }

  #ground(byte) {
    this.length = 0;
    this.#state = "ground";
    if (byte === ESC) return this.#begin("escape");
    if (byte < 0xc2 || byte > 0xf4) return;
    this.#missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    this.#begin("character");
  }

  #begin(state) {
    this.#state = state;
    this.length = 1;
  }

  #stay(state) {
    this.#state = state;
    this.length = state === "ground" ? 0 : this.length + 1;
  }
}
