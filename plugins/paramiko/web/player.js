// The clock of a recording. It knows which events are due, and nothing of what they show.
export class Player {
  playing = false;
  speed = 1;
  #real; // when each event was
  #times; // when it is, with long pauses made short or not
  #next = 0; // the first event that has not been due
  #at = 0; // seconds, at #since
  #since = 0;

  // `times` in seconds, ascending. `now` in milliseconds.
  constructor(times, now = () => performance.now()) {
    this.#real = this.#times = times;
    this.now = now;
  }

  get duration() {
    return this.#times.at(-1) ?? 0;
  }

  get position() {
    const run = this.playing ? ((this.now() - this.#since) / 1000) * this.speed : 0;
    return Math.min(this.duration, this.#at + run);
  }

  get ended() {
    return this.#next === this.#times.length && this.position >= this.duration;
  }

  play() {
    if (this.playing) return;
    this.#since = this.now();
    this.playing = true;
  }

  pause() {
    this.#at = this.position;
    this.playing = false;
  }

  set rate(speed) {
    this.#at = this.position;
    this.#since = this.now();
    this.speed = speed;
  }

  // No pause lasts longer than `limit` seconds; Infinity for all as they were. What was due stays so.
  skip(limit) {
    const before = this.#next > 0 ? this.#times[this.#next - 1] : 0;
    const into = this.position - before;
    let time = 0;
    let last = 0;
    this.#times = this.#real.map((at) => {
      time += Math.min(limit, at - last);
      last = at;
      return time;
    });
    const from = this.#next > 0 ? this.#times[this.#next - 1] : 0;
    const to = this.#next < this.#times.length ? this.#times[this.#next] : this.duration;
    this.#at = Math.min(from + Math.max(0, into), to);
    this.#since = this.now();
  }

  // Goes there. What has to be shown to be there are the events from `from` up to, and without, `to`: with `again` all
  // of them anew, since it was backwards.
  seek(seconds) {
    const to = Math.min(this.duration, Math.max(0, seconds));
    const next = this.#firstAfter(to);
    const again = next < this.#next;
    const from = again ? 0 : this.#next;
    this.#next = next;
    this.#at = to;
    this.#since = this.now();
    return { from, to: next, again };
  }

  // The events that have become due: from this one up to, and without, that one.
  due() {
    const from = this.#next;
    const position = this.position;
    while (this.#next < this.#times.length && this.#times[this.#next] <= position) this.#next += 1;
    return { from, to: this.#next };
  }

  // When an event is.
  time(number) {
    return this.#times[number];
  }

  // Milliseconds until the next event; Infinity without one, or in a pause.
  get wait() {
    if (!this.playing || this.#next === this.#times.length) return Infinity;
    return Math.max(0, ((this.#times[this.#next] - this.position) * 1000) / this.speed);
  }

  #firstAfter(seconds) {
    let low = 0;
    let high = this.#times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#times[middle] <= seconds) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
