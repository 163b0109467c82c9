// How long to wait before the next try: twice as long after each failure, up to a limit. Half of it is chance, so
// that the tabs of a restarted server do not all come back in the same instant.
export class Backoff {
  #failures = 0;

  constructor({ first = 500, limit = 30_000, random = Math.random } = {}) {
    this.first = first;
    this.limit = limit;
    this.random = random;
  }

  // Milliseconds.
  next() {
    const span = Math.min(this.limit, this.first * 2 ** this.#failures);
    this.#failures += 1;
    return Math.round(span / 2 + (this.random() * span) / 2);
  }

  reset() {
    this.#failures = 0;
  }
}
