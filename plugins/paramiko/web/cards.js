// The card in the middle of the page, one at a time or none. While there is one, the terminal behind it takes no keys.
const cards = document.getElementById("cards");
const terminal = document.getElementById("terminal");
const busyText = document.getElementById("busy-text");

export function showCard(id, first = null) {
  for (const card of cards.children) card.hidden = card.id !== id;
  cards.hidden = id === null;
  terminal.inert = id !== null;
  if (id === null) return;
  const card = document.getElementById(id);
  (first ?? card.querySelector("input:not([type=file], .unseen), button:not(.plain)"))?.focus();
}

export function showBusy(text) {
  busyText.textContent = text;
  showCard("busy-card", document.getElementById("busy-cancel"));
}

export const shownCard = () => [...cards.children].find((card) => !cards.hidden && !card.hidden)?.id ?? null;

// Every way to say no.
export function onCancel(handler) {
  cards.addEventListener("click", ({ target }) => {
    if (target.closest("[data-cancel], #busy-cancel")) handler();
  });
  cards.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !["busy-card", "auth-card"].includes(shownCard())) return;
    event.preventDefault();
    handler();
  });
}
