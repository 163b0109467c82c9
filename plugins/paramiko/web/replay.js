import { parseCast, parseSize } from "./cast.js";
import { Player } from "./player.js";

const element = (id) => document.getElementById(id);
const bar = element("player");
const toggle = element("player-toggle");
const icon = element("player-icon");
const seek = element("player-seek");
const time = element("player-time");
const speed = element("player-speed");
const idle = element("player-idle");

const AT_ONCE = 256 << 10; // characters that the terminal gets before it is asked whether it has shown them
const STEPS = 1000;
const LONGEST_PAUSE = 2; // seconds, when pauses are skipped

const clock = (seconds) => {
  const whole = Math.floor(seconds);
  const minutes = `${Math.floor(whole / 60) % 60}`;
  const rest = `${whole % 60}`.padStart(2, "0");
  return whole < 3600 ? `${minutes}:${rest}` : `${Math.floor(whole / 3600)}:${minutes.padStart(2, "0")}:${rest}`;
};

// Plays a recording on the screen.
export class Replay {
  #screen;
  #cast = null;
  #player = null;
  #wanted = null; // seconds to go to
  #running = false;
  #timer = 0;
  #dragging = false;

  constructor(screen, { closed }) {
    this.#screen = screen;
    toggle.addEventListener("click", () => this.#toggle());
    seek.addEventListener("input", () => {
      this.#dragging = true;
      this.#wanted = (Number(seek.value) / STEPS) * this.#player.duration;
      this.#run();
    });
    seek.addEventListener("change", () => (this.#dragging = false));
    speed.addEventListener("change", () => {
      this.#player.rate = Number(speed.value);
      this.#run();
    });
    idle.addEventListener("change", () => {
      this.#player.skip(idle.checked ? LONGEST_PAUSE : Infinity);
      this.#run();
    });
    bar.addEventListener("keydown", (event) => {
      if (event.key === "Escape") element("player-close").click();
    });
    element("player-close").addEventListener("click", () => {
      this.close();
      closed();
    });
  }

  get open() {
    return this.#cast !== null;
  }

  // The text of a recording. Throws what parseCast() throws.
  start(text) {
    this.#cast = parseCast(text);
    this.#player = new Player(this.#cast.events.map((event) => event.at));
    this.#player.rate = Number(speed.value);
    this.#player.skip(idle.checked ? LONGEST_PAUSE : Infinity);
    bar.hidden = false;
    this.#clear();
    this.#player.play();
    this.#run();
    toggle.focus();
    return this.#cast.title;
  }

  close() {
    clearTimeout(this.#timer);
    this.#wanted = null;
    this.#cast = this.#player = null;
    bar.hidden = true;
    this.#screen.fix(null);
    this.#screen.reset();
  }

  #clear() {
    this.#screen.reset();
    this.#screen.fix({ cols: this.#cast.width, rows: this.#cast.height });
  }

  #toggle() {
    if (this.#player.playing) this.#player.pause();
    else {
      if (this.#player.ended) this.#wanted = 0;
      this.#player.play();
    }
    this.#run();
  }

  // Shows what is due, and comes back for what is next. One at a time writes to the screen, or events would mix.
  async #run() {
    if (this.#running) return;
    this.#running = true;
    clearTimeout(this.#timer);
    const cast = this.#cast;
    while (this.#cast === cast && (await this.#step()));
    this.#running = false;
    if (this.#cast === null) return;
    if (this.#cast !== cast) return this.#run();
    if (this.#player.ended) this.#player.pause();
    this.#showTime();
    if (this.#player.playing) this.#timer = setTimeout(() => this.#run(), Math.min(100, this.#player.wait));
  }

  // Whether there may be more to show at once.
  async #step() {
    const wanted = this.#wanted;
    this.#wanted = null;
    const { from, to, again } = wanted === null ? this.#player.due() : this.#player.seek(wanted);
    if (again) this.#clear();
    this.#showTime();
    if (from < to) await this.#show(from, to);
    return this.#wanted !== null;
  }

  async #show(from, to) {
    const cast = this.#cast;
    let text = "";
    const flush = () => {
      const written = text;
      text = "";
      return written === "" ? undefined : new Promise((done) => this.#screen.write(written, done));
    };
    for (let number = from; number < to; number += 1) {
      const { kind, data } = cast.events[number];
      const size = kind === "r" ? parseSize(data) : null;
      if (kind === "o") text += data;
      if (text.length < AT_ONCE && size === null) continue;
      await flush();
      // Another recording, or a place before this one, from where all is shown again.
      if (this.#cast !== cast || (this.#wanted !== null && this.#wanted < this.#player.time(number))) return;
      if (size) this.#screen.fix(size);
    }
    await flush();
  }

  #showTime() {
    const { position, duration, playing } = this.#player;
    if (!this.#dragging) seek.value = String(duration > 0 ? Math.round((position / duration) * STEPS) : STEPS);
    seek.setAttribute("aria-valuetext", `${clock(position)} of ${clock(duration)}`);
    time.textContent = `${clock(position)} / ${clock(duration)}`;
    icon.setAttribute("href", `icons.svg#${playing ? "pause" : "play"}`);
    toggle.setAttribute("aria-label", playing ? "Pause" : "Play");
  }
}
