// A sentence that goes away by itself.
const notice = document.getElementById("notice");
let hiding = 0;

export function tell(text, milliseconds = 4000) {
  clearTimeout(hiding);
  notice.textContent = text;
  notice.hidden = false;
  hiding = setTimeout(() => (notice.hidden = true), milliseconds);
}
