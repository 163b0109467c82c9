// The colours of the terminal. The page around it takes its own from style.css by the same names.
const dark = {
  background: "#0d1519",
  foreground: "#dbe6ea",
  cursor: "#3bc9db",
  cursorAccent: "#0d1519",
  selectionBackground: "#2b5866",
  black: "#22323a",
  red: "#ff7b72",
  green: "#63d483",
  yellow: "#e8c268",
  blue: "#6cb6ff",
  magenta: "#d2a8ff",
  cyan: "#4fd0de",
  white: "#c5d1d6",
  brightBlack: "#7b919b",
  brightRed: "#ffa198",
  brightGreen: "#8ae7a2",
  brightYellow: "#f5dc8f",
  brightBlue: "#9ccfff",
  brightMagenta: "#e3c7ff",
  brightCyan: "#8be9f2",
  brightWhite: "#ffffff",
};

const light = {
  background: "#fbfdfe",
  foreground: "#1a2b33",
  cursor: "#0b7285",
  cursorAccent: "#ffffff",
  selectionBackground: "#b9dfe7",
  black: "#1a2b33",
  red: "#c22f2f",
  green: "#23753a",
  yellow: "#8a5a00",
  blue: "#1c5fb8",
  magenta: "#8a3bb0",
  cyan: "#0b7285",
  white: "#5d727c",
  brightBlack: "#6b7f89",
  brightRed: "#a61e1e",
  brightGreen: "#1a5f2d",
  brightYellow: "#704800",
  brightBlue: "#164d97",
  brightMagenta: "#702c92",
  brightCyan: "#095c6b",
  brightWhite: "#33454e",
};

const contrast = {
  background: "#000000",
  foreground: "#ffffff",
  cursor: "#ffff00",
  cursorAccent: "#000000",
  selectionBackground: "#ffff00",
  selectionForeground: "#000000",
  black: "#000000",
  red: "#ff8080",
  green: "#80ff80",
  yellow: "#ffff66",
  blue: "#99ccff",
  magenta: "#ffb3ff",
  cyan: "#80ffff",
  white: "#ffffff",
  brightBlack: "#c0c0c0",
  brightRed: "#ffb3b3",
  brightGreen: "#b3ffb3",
  brightYellow: "#ffffb3",
  brightBlue: "#cce5ff",
  brightMagenta: "#ffd9ff",
  brightCyan: "#ccffff",
  brightWhite: "#ffffff",
};

// `least` is the contrast that text has against its background, whatever colours a program asks for.
// And `found` is what marks the places that a search has found: all of them, and the one where it is.
const THEMES = {
  dark: { colors: dark, least: 1, found: ["#5c4d12", "#a35200"] },
  light: { colors: light, least: 4.5, found: ["#ffe9a3", "#ffbe5c"] },
  contrast: { colors: contrast, least: 7, found: ["#004d80", "#b36b00"] },
};

export const theme = (name) => THEMES[name];

const prefers = (query) => globalThis.matchMedia(query);
const QUERIES = ["(prefers-contrast: more)", "(prefers-color-scheme: dark)"];

// Which of the three a choice comes to: "auto" is what the system prefers.
export function resolveTheme(choice) {
  if (Object.hasOwn(THEMES, choice)) return choice;
  const [more, isDark] = QUERIES.map((query) => prefers(query).matches);
  if (more) return "contrast";
  return isDark ? "dark" : "light";
}

export function onPreference(handler) {
  for (const query of QUERIES) prefers(query).addEventListener("change", handler);
}
