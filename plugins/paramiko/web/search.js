// The bar that finds text in the terminal.
const element = (id) => document.getElementById(id);
const bar = element("search");
const text = element("search-text");
const found = element("search-found");
const matchCase = element("search-case");
const regex = element("search-regex");

export class SearchBar {
  #screen;

  constructor(screen) {
    this.#screen = screen;
    bar.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#find("findNext");
    });
    text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !event.shiftKey) return;
      event.preventDefault();
      this.#find("findPrevious");
    });
    bar.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
    text.addEventListener("input", () => this.#find("findPrevious", true));
    for (const box of [matchCase, regex]) box.addEventListener("change", () => this.#find("findPrevious", true));
    element("search-previous").addEventListener("click", () => this.#find("findPrevious"));
    element("search-close").addEventListener("click", () => this.close());
    screen.search.onDidChangeResults(({ resultIndex, resultCount }) => {
      found.textContent = text.value === "" ? "" : resultCount === 0 ? "none" : `${resultIndex + 1} of ${resultCount}`;
    });
  }

  open() {
    bar.hidden = false;
    const selected = this.#screen.term.getSelection();
    if (selected && !selected.includes("\n")) text.value = selected;
    text.select();
    text.focus();
  }

  close() {
    bar.hidden = true;
    found.textContent = "";
    this.#screen.search.clearDecorations();
    this.#screen.focus();
  }

  #marks() {
    const [all, active] = this.#screen.found;
    return {
      matchBackground: all,
      matchOverviewRuler: all,
      activeMatchBackground: active,
      activeMatchColorOverviewRuler: active,
    };
  }

  #find(direction, incremental = false) {
    text.setCustomValidity("");
    if (text.value === "") {
      found.textContent = "";
      return this.#screen.search.clearDecorations();
    }
    if (regex.checked && !isRegex(text.value)) {
      found.textContent = "not yet a pattern";
      return;
    }
    this.#screen.search[direction](text.value, {
      caseSensitive: matchCase.checked,
      regex: regex.checked,
      incremental,
      decorations: this.#marks(),
    });
  }
}

function isRegex(pattern) {
  try {
    new RegExp(pattern);
    return true;
  } catch {
    return false;
  }
}
