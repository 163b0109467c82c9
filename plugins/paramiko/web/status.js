// The line below the terminal.
const element = (id) => document.getElementById(id);
const status = element("status");
const state = element("state");
const cipher = element("cipher");
const roundTrip = element("round-trip");
const dimensions = element("dimensions");
const sending = element("sending");
const idle = element("idle");
const readOnly = element("read-only");
const recorded = element("recorded");

let ticking = 0;
let endIsFixed = false;

const LABELS = { idle: "Not connected", connecting: "Connecting", open: "Connected", waiting: "Reconnecting", ended: "Ended", replay: "Recording" };

export function showState(now, label = "") {
  status.dataset.state = now;
  const text = now === "open" && label ? `Connected to ${label}` : LABELS[now];
  if (state.textContent !== text) state.textContent = text;
  if (now === "open") return;
  roundTrip.textContent = "";
  sending.hidden = true;
  showIdle(0);
  if (now !== "waiting") showReady({ cipher: "", kex: "", hostKey: "", readOnly: false, recorded: false });
}

export function showReady(ready) {
  cipher.textContent = ready.cipher;
  cipher.title = [ready.kex, ready.hostKey].filter(Boolean).join("\n");
  readOnly.hidden = !ready.readOnly;
  recorded.hidden = !ready.recorded;
}

const milliseconds = (value) => (value < 10 ? value.toFixed(1) : Math.round(value).toString());

export function showRoundTrip({ ms, ssh }) {
  roundTrip.textContent = ssh === null ? `${milliseconds(ms)} ms` : `${milliseconds(ms)} + ${milliseconds(ssh)} ms`;
  roundTrip.title = ssh === null ? "To the server and back" : "To the server and back, and from there to the SSH server";
}

export function showSize({ cols, rows }) {
  dimensions.textContent = `${cols}×${rows}`;
}

// Bytes of input that wait; few of them are nobody's business.
export function showSending(bytes) {
  sending.hidden = bytes < 64 << 10;
  sending.textContent = `Sending, ${Math.ceil(bytes / 1024)} KiB left`;
}

// The session ends in so many seconds, unless somebody types or, when that is `fixed`, anyway; 0: it does not.
export function showIdle(seconds, fixed = false) {
  clearInterval(ticking);
  const end = Date.now() + seconds * 1000;
  const tick = () => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    const time = left < 60 ? `${left} s` : `${Math.ceil(left / 60)} min`;
    idle.textContent = fixed ? `Ends in ${time}` : `Ends in ${time} without input`;
  };
  endIsFixed = fixed;
  idle.hidden = seconds === 0;
  if (seconds === 0) return;
  tick();
  ticking = setInterval(tick, 1000);
}

// Somebody types.
export function putOffIdle() {
  if (!endIsFixed) showIdle(0);
}
