import { tell } from "./notice.js";

const element = (id) => document.getElementById(id);
const form = element("share-form");
const mode = element("share-mode");
const ttl = element("share-ttl");
const result = element("share-result");
const link = element("share-link");
const note = element("share-note");
const list = element("share-viewers");
const nobody = element("share-nobody");
const count = element("viewer-count");

const VIEW = "view";
const KEPT = "wharf-terminal-view";

// The token of a link that somebody has shared. It stands behind the #, which no server and no log gets to see, and it
// leaves the address at once, so that nobody reads it over a shoulder; a reload of this tab still knows it.
export function takeViewToken(storage) {
  const given = new URLSearchParams(location.hash.slice(1)).get(VIEW);
  if (given) history.replaceState(null, "", location.pathname + location.search);
  try {
    if (given) storage?.setItem(KEPT, given);
    return given ?? storage?.getItem(KEPT) ?? null;
  } catch {
    return given;
  }
}

export function forgetViewToken(storage) {
  storage?.removeItem(KEPT);
}

const lasts = (seconds) => (seconds === 0 ? "as long as the session" : seconds < 3600 ? `${Math.round(seconds / 60)} minutes` : seconds === 3600 ? "an hour" : `${Math.round(seconds / 3600)} hours`);

export function tieSharing({ share, kick }) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    share(mode.value, Number(ttl.value));
  });
  link.addEventListener("focus", () => link.select());
  element("share-copy").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(link.value);
      tell("Copied.", 1500);
    } catch {
      link.select();
      tell("The browser did not let this page copy. The link is selected.");
    }
  });
  list.addEventListener("click", ({ target }) => {
    const id = target.closest("button")?.dataset.viewer;
    if (id) kick(id);
  });
}

export function offerSharing(features) {
  element("open-share").hidden = !features.includes("share");
  element("share-mode-field").hidden = !features.includes("share-rw");
  mode.value = "ro";
  result.hidden = true;
  showViewers([]);
}

export function showLink({ token, writable, ttl: seconds }) {
  const address = new URL(location.pathname + location.search, location.href);
  address.hash = new URLSearchParams({ [VIEW]: token }).toString();
  link.value = address.href;
  note.textContent = `Who has it may ${writable ? "look and type" : "look"}. It works for ${lasts(seconds)}.`;
  result.hidden = false;
  link.focus();
}

export function showViewers(viewers) {
  count.hidden = viewers.length === 0;
  count.textContent = String(viewers.length);
  count.setAttribute("aria-label", `${viewers.length} looking`);
  nobody.hidden = viewers.length > 0;
  list.replaceChildren(
    ...viewers.map(({ id, name, writable }) => {
      const item = document.createElement("li");
      const who = document.createElement("span");
      who.textContent = name || "Somebody";
      const may = document.createElement("span");
      may.className = "note";
      may.textContent = writable ? "may type" : "looks";
      const button = document.createElement("button");
      button.type = "button";
      button.className = "plain";
      button.dataset.viewer = id;
      button.textContent = "Remove";
      button.setAttribute("aria-label", `Remove ${name || "this viewer"}`);
      item.append(who, may, button);
      return item;
    }),
  );
}
