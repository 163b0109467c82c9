// What a tab remembers over a reload: the ticket of its session, and what was on the screen. It lies in
// sessionStorage, which no other tab reads and which goes with the tab.
const TICKET = "wharf-terminal-ticket";
const SCREEN = "wharf-terminal-screen";

export class Memory {
  #storage;

  constructor(storage) {
    this.#storage = storage;
  }

  // { url, id, token, label }, or null.
  get ticket() {
    return this.#read(TICKET);
  }

  set ticket(ticket) {
    if (ticket === null) this.forget();
    else this.#write(TICKET, ticket);
  }

  // { id, got, cols, rows, text } of the session with this id, or null.
  screen(id) {
    const screen = this.#read(SCREEN);
    return screen?.id === id && Number.isSafeInteger(screen.got) && typeof screen.text === "string" ? screen : null;
  }

  // Keeps the first of the candidates for which there is room.
  keepScreen(candidates) {
    this.#storage?.removeItem(SCREEN);
    for (const candidate of candidates) if (this.#write(SCREEN, candidate())) return;
  }

  forget() {
    this.#storage?.removeItem(TICKET);
    this.#storage?.removeItem(SCREEN);
  }

  #read(key) {
    try {
      return JSON.parse(this.#storage?.getItem(key) ?? "null");
    } catch {
      return null;
    }
  }

  #write(key, value) {
    try {
      this.#storage?.setItem(key, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  }
}

// The storage of the browser, or null where it is forbidden.
export function storage(name) {
  try {
    return globalThis[name];
  } catch {
    return null;
  }
}
