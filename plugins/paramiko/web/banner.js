// The line that says what has become of a session, and what to do. The terminal above it stays readable.
const element = (id) => document.getElementById(id);
const banner = element("banner");
const text = element("banner-text");
const countdown = element("banner-countdown");
const retry = element("banner-retry");
const giveUp = element("banner-give-up");
const again = element("banner-again");

let ticking = 0;

function show(tone, words) {
  clearInterval(ticking);
  countdown.textContent = "";
  banner.dataset.tone = tone;
  if (text.textContent !== words) text.textContent = words;
  banner.hidden = false;
}

export function hideBanner() {
  clearInterval(ticking);
  banner.hidden = true;
  text.textContent = "";
}

// `retryAt` is 0 during a try.
export function showLost(retryAt) {
  show("busy", "The connection is lost. The session waits.");
  retry.hidden = retryAt === 0;
  giveUp.hidden = false;
  again.hidden = true;
  const tick = () => {
    const words = retryAt === 0 ? "trying" : `retry in ${Math.max(0, Math.ceil((retryAt - Date.now()) / 1000))} s`;
    if (countdown.textContent !== words) countdown.textContent = words;
  };
  tick();
  if (retryAt !== 0) ticking = setInterval(tick, 250);
}

const duration = (ms) => {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
};

export function showEnded({ text: words, tone, lasted, code }) {
  const after = lasted ? ` It lasted ${duration(lasted)}.` : "";
  show(tone, `${words}${after}${code ? ` (${code})` : ""}`);
  retry.hidden = giveUp.hidden = true;
  again.hidden = false;
  again.focus();
}

export const onRetry = (handler) => retry.addEventListener("click", handler);
export const onGiveUp = (handler) => giveUp.addEventListener("click", handler);
