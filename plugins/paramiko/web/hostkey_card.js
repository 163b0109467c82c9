import { showCard } from "./cards.js";
import { say } from "./protocol.js";

const element = (id) => document.getElementById(id);
const card = element("hostkey-card");
const sure = element("hostkey-sure");
const remember = element("hostkey-remember");
const accept = element("hostkey-accept");
const refuse = element("hostkey-refuse");

const TITLES = { new: "An unknown host", changed: "The host key has changed", revoked: "This host key is revoked" };
const TEXTS = {
  new: "has never been seen from here. Compare its fingerprint with one that you have from its administrator.",
  changed: "does not show the key it had before. Somebody may be in between, or the host was set up anew. Ask before you go on.",
  revoked: "shows a key that was withdrawn, which somebody may have stolen. There is no way on.",
};

let asked = null;

export function askHostKey(key) {
  asked = key;
  const status = Object.hasOwn(TITLES, key.status) ? key.status : "new";
  card.dataset.status = status;
  element("hostkey-title").textContent = TITLES[status];
  element("hostkey-text").textContent = `${key.host}${key.port && key.port !== 22 ? `, port ${key.port},` : ""} ${TEXTS[status]}`;
  element("hostkey-alg").textContent = key.algorithm;
  element("hostkey-fp").textContent = key.fingerprint;
  const known = element("hostkey-known");
  known.replaceChildren(
    ...key.known.map((fingerprint) => {
      const code = document.createElement("code");
      code.textContent = fingerprint;
      return code;
    }),
  );
  known.hidden = element("hostkey-before").hidden = key.known.length === 0;
  element("hostkey-sure-field").hidden = status !== "changed";
  element("hostkey-remember-field").hidden = status === "revoked";
  sure.checked = false;
  remember.checked = status === "new";
  accept.hidden = status === "revoked";
  accept.disabled = status === "changed";
  // Enter alone never trusts anybody.
  showCard("hostkey-card", refuse);
}

// `handler` gets the frame that answers, and whether the key was trusted.
export function onHostKey(handler) {
  const answer = (trusted) => {
    const key = asked;
    asked = null;
    if (key) handler(say.hostkey(trusted, trusted && remember.checked, key.fingerprint), trusted);
  };
  sure.addEventListener("change", () => (accept.disabled = !sure.checked));
  refuse.addEventListener("click", () => answer(false));
  card.addEventListener("submit", (event) => {
    event.preventDefault();
    answer(true);
  });
}
