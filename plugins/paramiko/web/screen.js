import { FitAddon } from "./vendor/addon-fit.js";
import { SearchAddon } from "./vendor/addon-search.js";
import { WebLinksAddon } from "./vendor/addon-web-links.js";
import { WebglAddon } from "./vendor/addon-webgl.js";
import { Terminal } from "./vendor/xterm.js";

import { Columns } from "./columns.js";
import { resolveTheme, theme } from "./themes.js";

const FONT =
  '"Cascadia Mono", "JetBrains Mono", ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace';
const LEGIBLE = 8; // pixels: letters are made no smaller for the sake of the width of somebody else's terminal
const SETTLE = 100; // milliseconds without a change before a new size is told

// Ends whatever sequence was going on, and then everything.
const RESET = Uint8Array.of(0x18, 0x1b, 0x63);

const encoder = new TextEncoder();

// A page that came from a terminal learns nothing about this one, and cannot reach it.
export function openLink(event, address) {
  if (!URL.canParse(address)) return;
  const url = new URL(address);
  if (["http:", "https:"].includes(url.protocol)) window.open(url, "_blank", "noopener,noreferrer");
}

// The terminal on the page. It dispatches "input" with bytes and "resize" with a size as `detail`; before, `transform`
// may make something else of what was typed.
export class Screen extends EventTarget {
  term;
  search = new SearchAddon();
  found = []; // the colours of what was found, and of where the search is
  transform = (text) => text;
  #place;
  #fit = new FitAddon();
  #webgl = null;
  #settling = 0;
  #fixed = null; // the size that somebody else decides
  #fontSize = 15;

  constructor(place) {
    super();
    this.#place = place;
    this.term = new Terminal({
      allowProposedApi: true, // other widths of characters, and marks of what was found
      cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      fontFamily: FONT,
      linkHandler: { activate: openLink },
      macOptionClickForcesSelection: true,
      macOptionIsMeta: true,
      rescaleOverlappingGlyphs: true,
      scrollOnUserInput: true,
    });
    const { term } = this;
    term.loadAddon(this.#fit);
    term.loadAddon(this.search);
    term.loadAddon(new WebLinksAddon(openLink));
    const columns = new Columns();
    term.unicode.register(columns);
    term.unicode.activeVersion = columns.version;
    term.open(place);
    this.#accelerate();
    term.onData((text) => this.#input(encoder.encode(this.transform(text))));
    term.onBinary((text) => this.#input(Uint8Array.from(text, (character) => character.charCodeAt(0) & 255)));
    new ResizeObserver(() => {
      clearTimeout(this.#settling);
      this.#settling = setTimeout(() => this.fit(), SETTLE);
    }).observe(place);
  }

  // Columns, rows, and the pixels of both.
  get size() {
    const { cols, rows } = this.term;
    const screen = this.#place.querySelector(".xterm-screen");
    return { cols, rows, px: Math.round(screen?.clientWidth ?? 0), py: Math.round(screen?.clientHeight ?? 0) };
  }

  write(bytes, parsed) {
    this.term.write(bytes, parsed);
  }

  reset() {
    this.term.reset();
  }

  // The same for a terminal that has not parsed all yet: when it comes to what is written next.
  resetThen(parsed) {
    this.term.write(RESET, parsed);
  }

  focus() {
    this.term.focus();
  }

  apply(settings) {
    const { options } = this.term;
    const { colors, least, found } = theme(resolveTheme(settings.theme));
    this.found = found;
    options.theme = colors;
    options.minimumContrastRatio = least;
    options.scrollback = settings.scrollback;
    options.cursorStyle = settings.cursor;
    options.screenReaderMode = settings.screenReader;
    options.fontSize = this.#fontSize = settings.fontSize;
    this.fit();
  }

  // Takes as many columns and rows as there is room for.
  fit() {
    clearTimeout(this.#settling);
    if (this.#place.clientWidth === 0 || this.#place.clientHeight === 0) return;
    if (this.#fixed) return this.#shrink();
    const room = this.#fit.proposeDimensions();
    if (!room || !Number.isFinite(room.cols) || !Number.isFinite(room.rows)) return;
    if (room.cols === this.term.cols && room.rows === this.term.rows) return;
    this.term.resize(room.cols, room.rows);
    this.dispatchEvent(new CustomEvent("resize", { detail: this.size }));
  }

  // A size that was decided elsewhere, null for one's own. The letters become as large as there is room for, and the
  // place is scrolled sideways where that would be too small to read.
  fix(size) {
    this.#fixed = size;
    this.#place.classList.toggle("fixed", size !== null);
    if (size === null) {
      this.term.options.fontSize = this.#fontSize;
      return this.fit();
    }
    this.term.resize(size.cols, size.rows);
    this.#shrink();
  }

  #shrink() {
    const { term } = this;
    for (let size = this.#fontSize; size >= 4; size -= 0.5) {
      term.options.fontSize = size;
      const room = this.#fit.proposeDimensions();
      if (room && room.rows >= term.rows && (room.cols >= term.cols || size <= LEGIBLE)) return;
    }
  }

  #input(bytes) {
    this.dispatchEvent(new CustomEvent("input", { detail: bytes }));
  }

  // Drawing by the graphics card, where there is one. Without, xterm.js draws by elements of the page.
  #accelerate() {
    const webgl = new WebglAddon();
    webgl.onContextLoss(() => {
      webgl.dispose();
      this.#webgl = null;
    });
    try {
      this.term.loadAddon(webgl);
      this.#webgl = webgl;
    } catch {
      // No WebGL2 here.
    }
  }

  get accelerated() {
    return this.#webgl !== null;
  }
}
