import { askAuth, onAuth, wipeAuth } from "./auth_card.js";
import { hideBanner, onGiveUp, onRetry, showEnded, showLost } from "./banner.js";
import { onCancel, showBusy, showCard } from "./cards.js";
import { Clipboard } from "./clipboard.js";
import { Files } from "./files.js";
import { askHostKey, onHostKey } from "./hostkey_card.js";
import { KeyBar } from "./keybar.js";
import { Memory, storage } from "./memory.js";
import { tell } from "./notice.js";
import { closePanel } from "./panels.js";
import { say } from "./protocol.js";
import { muteAnswers } from "./queries.js";
import { Reload } from "./reload.js";
import { Replay } from "./replay.js";
import { Screen } from "./screen.js";
import { SearchBar } from "./search.js";
import { Session } from "./session.js";
import { Settings } from "./settings.js";
import { tieSettings } from "./settings_panel.js";
import * as sharing from "./share.js";
import { bindShortcuts } from "./shortcuts.js";
import * as status from "./status.js";
import { askTarget, onTarget } from "./target_card.js";
import { onPreference, resolveTheme } from "./themes.js";
import { scrollByTouch } from "./touch.js";

const element = (id) => document.getElementById(id);

// ?route=/other/ is another terminal of this server, and never one of another server.
function address() {
  const usual = document.querySelector('meta[name="terminal-route"]').content;
  const asked = new URLSearchParams(location.search).get("route") ?? usual;
  const url = new URL(usual, location.href);
  url.pathname = asked;
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

const encoder = new TextEncoder();
const url = address();
const settings = new Settings(storage("localStorage"));
const memory = new Memory(storage("sessionStorage"));
const screen = new Screen(element("terminal"));
const session = new Session(url);
const reload = new Reload(screen, memory);
const search = new SearchBar(screen);
const canType = () => session.state === "open" && !session.ready.readOnly;
const clipboard = new Clipboard(screen, settings, element("terminal"), canType);
const keyBar = new KeyBar(screen, {
  send: (text) => session.write(encoder.encode(text)),
  paste: () => clipboard.pasteFromClipboard(),
});
const files = new Files(url, (frame) => session.send(frame));
const replay = new Replay(screen, { closed: () => begin() });

let label = ""; // who and where
let shown = false; // whether this session's terminal has been on the page
let restored = false; // or what a page before this one had shown of it
let refused = null; // the host key that the server would not have

// ---- The way to a terminal

function begin(how) {
  label = "";
  shown = restored = false;
  refused = null;
  closePanel();
  hideBanner();
  showBusy("Connecting");
  session.start(how);
}

function startAnew() {
  memory.forget();
  screen.fix(null);
  screen.reset();
  reload.reset();
  begin();
}

const placeOf = ({ host, port }) => (port && port !== 22 ? `${host}:${port}` : host);

session.addEventListener("hello", ({ detail: hello }) => {
  if (session.bound) return;
  if (hello.choose || hello.needs.length > 0) askTarget(hello);
  else session.connect({});
});
onTarget((target) => {
  label = target.host ? `${target.user ? `${target.user}@` : ""}${placeOf(target)}` : target.user;
  showBusy(`Connecting to ${target.host || "the server"}`);
  session.connect(target);
});
session.addEventListener("hostkey", ({ detail: key }) => {
  // Where a route leads is told with its key.
  if (!label) label = placeOf(key);
  else if (!label.includes("@") && !label.startsWith(key.host)) label = `${label}@${placeOf(key)}`;
  if (key.ask) askHostKey(key);
  else if (key.status !== "ok") refused = key;
});
onHostKey((frame, trusted) => {
  showBusy(trusted ? "Connecting" : "Leaving");
  session.send(frame);
});
session.addEventListener("authreq", ({ detail: request }) => {
  if (request.user && request.user !== label && !label.includes("@")) label = label ? `${request.user}@${label}` : request.user;
  askAuth(request, label);
});
onAuth((frame) => {
  showBusy("Logging in");
  session.send(frame);
});
onCancel(() => session.close("You have cancelled."));

session.addEventListener("ready", ({ detail: ready }) => {
  wipeAuth();
  memory.ticket = session.ticket && { url, ...session.ticket, label };
  showCard(null);
  hideBanner();
  files.most = session.hello.transfers;
  element("open-files").hidden = ready.readOnly || session.viewing || !session.hello.features.includes("sftp");
  const end = session.viewing ? "Leave" : "End the session";
  element("end").title = end;
  element("end").setAttribute("aria-label", end);
  sharing.offerSharing(ready.readOnly || session.viewing ? [] : session.hello.features);
  status.showReady(ready);
  status.showState("open", label);
  document.title = label ? `${label} – Terminal` : "Terminal";
  element("title").textContent = label || "Terminal";
  screen.fit();
  if (!session.viewing) session.resize(screen.size);
  screen.focus();
});
session.addEventListener("size", ({ detail }) => screen.fix(detail));

session.addEventListener("state", () => {
  const { state } = session;
  shown ||= state === "open";
  status.showState(state, label);
  for (const id of ["open-search", "end"]) element(id).hidden = !shown || (id === "end" && state === "ended");
  screen.term.options.disableStdin = !canType();
  showKeys();
  if (state === "waiting") files.reset();
  if (state !== "open") for (const id of ["open-files", "open-share"]) element(id).hidden = true;
  if (state === "waiting") showLost(session.retryAt);
  else if (state === "connecting" && shown) showLost(0);
  else if (state === "ended") ended();
});

function ended() {
  wipeAuth();
  memory.forget();
  if (session.viewing) sharing.forgetViewToken(storage("sessionStorage"));
  closePanel();
  files.end();
  if (replay.open) return status.showState("replay");
  const { ending } = session;
  if (shown || restored) {
    showCard(null);
    showEnded(ending);
    return;
  }
  hideBanner();
  element("end-title").textContent = ending.tone === "good" ? "Not connected" : "That did not work";
  element("end-text").textContent = ending.text;
  const keys = refused ? [`shown: ${refused.fingerprint}`, ...refused.known.map((known) => `expected: ${known}`)] : [];
  element("end-code").textContent = [ending.code ?? "", ...keys].filter(Boolean).join("\n");
  showCard("end-card");
}

for (const button of document.querySelectorAll("[data-again]")) button.addEventListener("click", startAnew);
sharing.tieSharing({
  share: (mode, seconds) => session.send(say.share(mode, seconds)),
  kick: (viewer) => session.send(say.kick(viewer)),
});
session.addEventListener("sftp", ({ detail }) => files.answer(detail));
session.addEventListener("shared", ({ detail }) => sharing.showLink(detail));
session.addEventListener("viewers", ({ detail }) => sharing.showViewers(detail.viewers));

onRetry(() => session.retry());
onGiveUp(() => session.close("You have given up the session."));
element("end").addEventListener("click", () => session.close());

// ---- Bytes

session.addEventListener("output", ({ detail: { bytes, end } }) => {
  screen.write(bytes, () => {
    reload.parsed(bytes);
    session.parsed(end);
  });
});
session.addEventListener("reset", () => screen.resetThen(() => reload.reset()));
session.addEventListener("unsent", ({ detail: bytes }) => tell(`${bytes} bytes of input were not sent.`));
session.addEventListener("input", () => status.showSending(session.input.queued));
session.addEventListener("pong", ({ detail }) => status.showRoundTrip(detail));
session.addEventListener("idle", ({ detail }) => status.showIdle(detail.seconds, detail.fixed));
screen.addEventListener("input", ({ detail: bytes }) => {
  // What interrupts a program also takes back what it has not got yet.
  if (bytes.length === 1 && bytes[0] === 3 && session.input.queued > 0) session.input.clear();
  if (session.write(bytes)) status.putOffIdle();
});
screen.addEventListener("resize", ({ detail: size }) => {
  session.resize(size);
});
screen.term.onResize(status.showSize);
muteAnswers(screen.term, () => session.viewing);

// ---- Recordings

function play(text) {
  try {
    const title = replay.start(text);
    shown = true;
    label = title || "a recording";
    session.close();
    hideBanner();
    showCard(null);
    element("open-search").hidden = false;
    element("title").textContent = document.title = title || "Recording";
    status.showState("replay");
  } catch (error) {
    tell(error.message);
  }
}
for (const button of document.querySelectorAll("[data-replay]"))
  button.addEventListener("click", () => element("replay-file").click());
element("replay-file").addEventListener("change", async ({ target }) => {
  const [file] = target.files;
  target.value = "";
  if (file) play(await file.text());
});

// ---- The page

// Who may not type needs no keys.
function showKeys() {
  keyBar.show(session.ready?.readOnly ? "never" : settings.values.keyBar);
}

function dress() {
  showKeys();
  document.documentElement.dataset.theme = resolveTheme(settings.values.theme);
  screen.apply(settings.values);
}
settings.addEventListener("change", dress);
onPreference(dress);
tieSettings(settings);
dress();
status.showSize(screen.size);
session.resize(screen.size);

screen.term.onTitleChange((title) => (document.title = title || label || "Terminal"));
element("open-search").addEventListener("click", () => search.open());
scrollByTouch(element("terminal"), screen.term);
bindShortcuts(screen, {
  KeyC: () => clipboard.copy(),
  KeyF: () => search.open(),
  ArrowUp: () => settings.set("fontSize", settings.values.fontSize + 1),
  ArrowDown: () => settings.set("fontSize", settings.values.fontSize - 1),
  F6: () => element("open-settings").focus(),
});
window.addEventListener("beforeunload", (event) => {
  if (session.state === "open" && !session.ticket && !session.viewing) event.preventDefault();
});
window.addEventListener("online", () => session.probe());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") session.probe();
  else remember();
});
window.addEventListener("pagehide", remember);

function remember() {
  if (session.ticket) reload.keep(session.ticket.id, session.shown);
}

async function goOn(ticket) {
  const got = await reload.restore(ticket.id);
  begin({ resume: { id: ticket.id, token: ticket.token, got } });
  label = ticket.label;
  restored = got > 0;
}

// ?cast=path plays a recording that this server serves.
async function playFrom(path) {
  try {
    const response = await fetch(new URL(path, location.href));
    if (!response.ok) throw new Error(`There is no recording at this place (${response.status}).`);
    play(await response.text());
  } catch (error) {
    tell(error.message);
    begin();
  }
}

const cast = new URLSearchParams(location.search).get("cast");
const view = sharing.takeViewToken(storage("sessionStorage"));
const { ticket } = memory;
if (cast) playFrom(cast);
else if (view) begin({ join: view });
else if (ticket?.url === url) goOn(ticket);
else begin();

window.term = screen.term;
