// What the remote side must not get by a paste: an escape sequence, above all the end of bracketed paste, behind which
// the rest would count as typed.
export const safe = (text) => text.replace(/\r\n?/g, "\n").replace(/[\u0000-\u0008\u000b-\u001f\u007f\u0080-\u009f]/g, "");

const MANY = 5000; // characters in one line

// How a text is pasted: { text, ask, question }. `bracketed` says that the program takes a paste for one, and runs no
// line of it by itself.
export function howToPaste(raw, { bracketed, confirm }) {
  const text = safe(raw);
  const breaks = text.split("\n").length - 1;
  const lines = breaks + (text.endsWith("\n") ? 0 : 1);
  const several = breaks > 0;
  const runs = several && !bracketed;
  const ask = confirm === "always" ? several || text.length > MANY : confirm === "runs" && runs;
  const what = lines === 1 ? (several ? "One line with its end" : `One line of ${text.length} characters`) : `${lines} lines`;
  const effect = !runs
    ? "The program on the other side takes it as one paste."
    : lines === 1
      ? "It may run at once."
      : "They may run at once, each at its line break.";
  return { text, ask, question: `${what}. ${several ? effect : ""}`.trim() };
}
