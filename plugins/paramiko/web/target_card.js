import { showCard } from "./cards.js";
import { splitTarget } from "./target.js";

const card = document.getElementById("target-card");
const place = document.getElementById("target-place");
const host = document.getElementById("target-host");
const port = document.getElementById("target-port");
const user = document.getElementById("target-user");
const userField = document.getElementById("target-user-field");
const recordField = document.getElementById("target-record-field");
const record = document.getElementById("target-record");

// Asks where to, as far as the server leaves that open. What was asked last time stands there already.
export function askTarget(hello, last = {}) {
  place.hidden = !hello.choose && !hello.needs.includes("host");
  userField.hidden = !hello.choose && !hello.needs.includes("user");
  recordField.hidden = !hello.features.includes("record");
  host.required = hello.needs.includes("host");
  user.required = hello.needs.includes("user");
  host.placeholder = host.required ? "" : "the usual one";
  user.placeholder = user.required ? "" : "the usual one";
  host.value ||= last.host ?? "";
  port.value ||= last.port ? String(last.port) : "";
  user.value ||= last.user ?? "";
  const asked = [...(place.hidden ? [] : [host]), ...(userField.hidden ? [] : [user])];
  showCard("target-card", asked.find(({ value }) => value === "") ?? card.querySelector(".main"));
}

export function onTarget(handler) {
  host.addEventListener("change", () => {
    const parts = splitTarget(host.value);
    host.value = parts.host;
    if (parts.user) user.value = parts.user;
    if (parts.port) port.value = parts.port;
  });
  card.addEventListener("submit", (event) => {
    event.preventDefault();
    const number = Number(port.value || 0);
    port.setCustomValidity(number > 65535 ? "A port is a number up to 65535." : "");
    if (!card.reportValidity()) return;
    handler({
      host: place.hidden ? "" : host.value.trim(),
      port: place.hidden ? 0 : number,
      user: userField.hidden ? "" : user.value.trim(),
      record: !recordField.hidden && record.checked,
    });
  });
  port.addEventListener("input", () => port.setCustomValidity(""));
}
