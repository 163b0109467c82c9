// Timers that go off when a test says so.
export class FakeTime {
  now = 0;
  #timers = new Map();
  #last = 0;

  set = (fired, after) => {
    this.#last += 1;
    this.#timers.set(this.#last, { fired, at: this.now + after });
    return this.#last;
  };
  clear = (timer) => this.#timers.delete(timer);

  pass(milliseconds) {
    const end = this.now + milliseconds;
    for (;;) {
      const [next] = [...this.#timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at);
      if (!next) break;
      const [timer, { fired, at }] = next;
      this.#timers.delete(timer);
      this.now = at;
      fired();
    }
    this.now = end;
  }
}
