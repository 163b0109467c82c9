// A recording in the format asciicast v2: { width, height, title, events, duration }, events { at, kind, data } with
// `at` in seconds. A last line that was cut off is left out. Throws an Error that says what is wrong.
export function parseCast(text) {
  const lines = text.split("\n");
  const header = json(lines[0]);
  if (header === undefined || header === null || header.version !== 2)
    throw new Error("This is no recording in the format asciicast v2.");
  const events = [];
  let last = 0;
  for (let number = 1; number < lines.length; number += 1) {
    if (lines[number].trim() === "") continue;
    const event = json(lines[number]);
    const isEvent = Array.isArray(event) && Number.isFinite(event[0]) && typeof event[1] === "string" && typeof event[2] === "string";
    if (!isEvent) {
      if (number === lines.length - 1) break;
      throw new Error(`Line ${number + 1} of the recording is no event.`);
    }
    const [at, kind, data] = event;
    last = Math.max(last, at); // time does not run backwards
    events.push({ at: last, kind, data });
  }
  return {
    width: size(header.width, 80),
    height: size(header.height, 24),
    title: typeof header.title === "string" ? header.title : "",
    events,
    duration: last,
  };
}

// "COLSxROWS", or null.
export function parseSize(text) {
  const [, cols, rows] = /^(\d{1,4})x(\d{1,4})$/.exec(text) ?? [];
  return cols === undefined ? null : { cols: size(Number(cols), 80), rows: size(Number(rows), 24) };
}

const size = (value, otherwise) => (Number.isInteger(value) && value > 0 ? Math.min(value, 1000) : otherwise);

function json(line) {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
