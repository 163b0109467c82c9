// What the page shows. Texts from outside go in as textContent only.
const element = (id) => document.getElementById(id);

const connection = element("connection");
const state = element("state");
const countdown = element("countdown");
const retry = element("retry");
const announcement = element("announcement");
const log = element("log");
const messages = element("messages");
const newer = element("newer");
const composer = element("composer");
const field = element("text");
const send = element("send");

const LABELS = { connecting: "Connecting", open: "Connected", waiting: "Disconnected" };
const NEAR = 48; // pixels from the end that still count as "at the end"
const KEPT = 500; // messages on the page

const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
const toEnd = () => (log.scrollTop = log.scrollHeight);

// ---- The connection

let wasFocused = false;

export function showState(now) {
  connection.dataset.state = now;
  state.textContent = LABELS[now];
  retry.hidden = now !== "waiting";
  countdown.textContent = "";
  if (announcement.textContent !== LABELS[now] && now !== "connecting") announcement.textContent = LABELS[now];

  const open = now === "open";
  if (!open && document.activeElement === field) wasFocused = true;
  field.disabled = send.disabled = !open;
  field.placeholder = open ? "Write a message" : "Waiting for the connection";
  if (open && wasFocused) {
    wasFocused = false;
    field.focus();
  }
}

export function showCountdown(milliseconds) {
  const text = `retry in ${Math.max(0, Math.ceil(milliseconds / 1000))} s`;
  if (countdown.textContent !== text) countdown.textContent = text;
}

export const onRetry = (handler) => retry.addEventListener("click", handler);

// ---- The messages

function paragraph(className, text) {
  const result = document.createElement("p");
  result.className = className;
  result.textContent = text;
  return result;
}

// Appends or changes something at the end, and stays there if the reader was.
function atTheEnd(change) {
  const follow = atEnd();
  change();
  while (messages.childElementCount > KEPT) messages.firstElementChild.remove();
  if (follow) toEnd();
  else newer.hidden = false;
}

function append(className, text) {
  const item = document.createElement("li");
  item.className = className;
  item.append(paragraph("text", text));
  element("welcome").hidden = true;
  messages.append(item);
  return item;
}

export function showText(text, own) {
  atTheEnd(() => append(own ? "message own" : "message", text));
}

export function showReceipt(text) {
  atTheEnd(() => messages.lastElementChild?.append(paragraph("receipt", text)));
}

// A text that may not have arrived. `again` says it once more, and answers whether it could.
export function showUnconfirmed(text, again) {
  atTheEnd(() => {
    const item = append("message own unconfirmed", text);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet";
    button.textContent = "Send again";
    button.addEventListener("click", () => {
      if (again()) item.remove();
    });
    const note = paragraph("receipt", "The connection broke before this came back. ");
    note.append(button);
    item.append(note);
  });
}

log.addEventListener("scroll", () => {
  if (atEnd()) newer.hidden = true;
});
newer.addEventListener("click", () => {
  toEnd();
  field.focus();
});
new ResizeObserver(() => {
  if (newer.hidden) toEnd();
}).observe(log);

// ---- The composer

// `say` takes a text and answers whether it is on its way; if not, the text stays.
export function onSay(say) {
  composer.addEventListener("submit", (event) => {
    event.preventDefault();
    if (field.value === "" || !say(field.value)) return;
    field.value = "";
    newer.hidden = true;
    toEnd();
    field.focus();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    composer.requestSubmit();
  });
}
