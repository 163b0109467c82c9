// At most so many at once; the others wait in the order they came.
export class Turns {
  #most = 1;
  #running = 0;
  #waiting = [];

  set most(most) {
    this.#most = most;
    this.#next();
  }

  // Runs `work` when it is its turn, and answers with its promise.
  take(work) {
    return new Promise((done, fail) => {
      this.#waiting.push(() => work().then(done, fail));
      this.#next();
    });
  }

  #next() {
    while (this.#running < this.#most && this.#waiting.length > 0) {
      this.#running += 1;
      const work = this.#waiting.shift();
      work().finally(() => {
        this.#running -= 1;
        this.#next();
      });
    }
  }
}
