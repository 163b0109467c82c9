import { Unicode11Addon } from "./vendor/addon-unicode11.js";

// What the add-on would have taught a terminal.
function unicode11() {
  let found = null;
  new Unicode11Addon().activate({ unicode: { register: (provider) => (found = provider) } });
  return found;
}

const LATER = 0x300; // what lies before is as it always was
const KEPT = 0x20000; // widths that are kept once they are known; behind are ideographs, and little else
const MARK = /^[\p{Mn}\p{Me}]$/u;
const PICTURE = /^\p{Emoji_Presentation}$/u;
const REGIONAL = /^\p{Regional_Indicator}$/u;

// How many columns a character takes, as the programs at the other end count: by wcwidth() of their C library, one code
// point at a time. The add-on's tables do that and end with Unicode 11; the emoji and the marks of later years are
// those that the browser knows.
export class Columns {
  version = "columns";
  #base = unicode11();
  #known = new Uint8Array(KEPT).fill(255);

  wcwidth(codepoint) {
    if (codepoint < LATER || codepoint >= KEPT) return this.#base.wcwidth(codepoint);
    if (this.#known[codepoint] === 255) this.#known[codepoint] = this.#find(codepoint);
    return this.#known[codepoint];
  }

  // The same in the form that xterm.js keeps: the width in bits 1 and 2, and in bit 0 whether it joins what stands
  // before.
  charProperties(codepoint, preceding) {
    const width = this.wcwidth(codepoint);
    const before = (preceding >> 1) & 3;
    const joins = width === 0 && before > 0;
    return ((joins ? before : width) << 1) | (joins ? 1 : 0);
  }

  #find(codepoint) {
    const width = this.#base.wcwidth(codepoint);
    if (width !== 1) return width;
    const character = String.fromCodePoint(codepoint);
    if (MARK.test(character)) return 0;
    return PICTURE.test(character) && !REGIONAL.test(character) ? 2 : 1;
  }
}
