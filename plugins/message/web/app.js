import { Connection } from "./connection.js";
import { Conversation } from "./conversation.js";
import * as view from "./view.js";

const address = new URL("/message/", location.href);
address.protocol = location.protocol === "https:" ? "wss:" : "ws:";

const connection = new Connection(address.href);
const conversation = new Conversation();
let ticking = 0;

function say(text) {
  if (!connection.send(text)) return false;
  conversation.said(text);
  return true;
}

connection.addEventListener("text", ({ detail }) => {
  const { kind, text, own } = conversation.take(detail);
  if (kind === "receipt") view.showReceipt(text);
  else view.showText(text, own);
});

connection.addEventListener("state", () => {
  view.showState(connection.state);
  clearInterval(ticking);
  if (connection.state !== "waiting") return;
  for (const text of conversation.broke()) view.showUnconfirmed(text, () => say(text));
  const tick = () => view.showCountdown(connection.retryAt - Date.now());
  tick();
  ticking = setInterval(tick, 250);
});

window.addEventListener("online", () => connection.retry());
view.onRetry(() => connection.retry());
view.onSay(say);
connection.start();
