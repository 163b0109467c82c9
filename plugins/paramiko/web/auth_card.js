import { showCard } from "./cards.js";
import { say } from "./protocol.js";

const element = (id) => document.getElementById(id);
const card = element("auth-card");
const where = element("auth-where");
const reason = element("auth-reason");
const methods = element("auth-methods");
const left = element("auth-left");
const user = element("auth-user");
const password = element("auth-password");
const key = element("auth-key");
const keyFile = element("auth-key-file");
const keyName = element("auth-key-name");
const passphrase = element("auth-passphrase");
const server = element("auth-server");
const instruction = element("auth-instruction");
const prompts = element("auth-prompts");
const intro = element("auth-kbd-intro");

const LARGEST_KEY = 32 << 10;
const LABELS = { password: "Password", publickey: "Key", kbd: "Questions", agent: "Agent" };
let chosen = "password";

function choose(method) {
  chosen = method;
  for (const part of card.querySelectorAll(".method")) part.hidden = part.dataset.method !== method;
}

function offer(offered) {
  methods.replaceChildren(
    ...offered.map((method) => {
      const label = document.createElement("label");
      const input = document.createElement("input");
      input.type = "radio";
      input.name = "method";
      input.value = method;
      input.checked = method === chosen;
      input.addEventListener("change", () => choose(method));
      const text = document.createElement("span");
      text.textContent = LABELS[method];
      label.append(input, text);
      return label;
    }),
  );
  methods.hidden = offered.length < 2;
}

function ask(list) {
  prompts.replaceChildren(
    ...list.map(({ text, echo }, number) => {
      const field = document.createElement("div");
      field.className = "field";
      const label = document.createElement("label");
      label.htmlFor = `auth-prompt-${number}`;
      label.textContent = text.trim().replace(/:$/, "") || "Answer";
      const input = document.createElement("input");
      input.id = label.htmlFor;
      input.type = echo ? "text" : "password";
      input.autocomplete = /code|token|otp|verification/i.test(text) ? "one-time-code" : "off";
      input.autocapitalize = "none";
      input.spellcheck = false;
      input.maxLength = 1024;
      field.append(label, input);
      return field;
    }),
  );
}

// Asks what the server wants to know. `label` is who and where.
export function askAuth(request, label) {
  const offered = Object.keys(LABELS).filter((method) => request.methods.includes(method));
  const asking = request.prompts.length > 0 || request.instruction !== "" || request.name !== "";
  where.textContent = label;
  user.value = request.user;
  reason.textContent = request.reason || (request.partial ? "That was right. The server wants one thing more." : "");
  reason.hidden = reason.textContent === "";
  reason.classList.toggle("right", request.partial && request.reason === "");
  left.textContent = request.left === 1 ? "This is the last attempt." : "";
  left.hidden = left.textContent === "";
  server.hidden = !asking;
  intro.hidden = asking;
  instruction.textContent = [request.name, request.instruction].filter(Boolean).join("\n");
  instruction.hidden = instruction.textContent === "";
  ask(request.prompts);
  if (asking) choose("kbd");
  else choose(offered.includes(chosen) ? chosen : (offered[0] ?? "password"));
  offer(asking ? [] : offered);
  const first = card.querySelector(".method:not([hidden])").querySelector("input:not([type=file]), textarea");
  showCard("auth-card", first ?? card.querySelector(".main"));
}

// Forgets what was typed; nothing of it stays in the page.
function wipe() {
  password.value = passphrase.value = key.value = keyFile.value = "";
  keyName.textContent = "or paste it, or drop it here";
  prompts.replaceChildren();
}

async function take(file) {
  if (!file) return;
  if (file.size > LARGEST_KEY) {
    keyName.textContent = `${file.name} is too large for a key`;
    return;
  }
  key.value = await file.text();
  keyName.textContent = file.name;
  passphrase.focus();
}

function frame() {
  switch (chosen) {
    case "publickey":
      return say.key(`${key.value.trim()}\n`, passphrase.value);
    case "kbd":
      return say.answers([...prompts.querySelectorAll("input")].map((input) => input.value));
    case "agent":
      return say.agent();
    default:
      return say.password(password.value);
  }
}

// `handler` gets the frame that answers.
export function onAuth(handler) {
  card.addEventListener("submit", (event) => {
    event.preventDefault();
    if (chosen === "publickey" && key.value.trim() === "") return key.focus();
    const answer = frame();
    wipe();
    handler(answer);
  });
  keyFile.addEventListener("change", () => take(keyFile.files[0]));
  for (const kind of ["dragover", "drop"])
    key.addEventListener(kind, (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      if (kind === "drop") take(event.dataTransfer.files[0]);
    });
}

export const wipeAuth = wipe;
