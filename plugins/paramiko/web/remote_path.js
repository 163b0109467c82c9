// Paths on the other side, which are those of POSIX. "." is where the account begins.
export function join(folder, name) {
  if (name.startsWith("/")) return name;
  if (folder === ".") return name;
  return folder.endsWith("/") ? folder + name : `${folder}/${name}`;
}

export function above(folder) {
  const path = folder.replace(/\/+$/, "");
  if (path === "") return "/";
  if (path === ".") return "..";
  if (path === ".." || path.endsWith("/..")) return `${path}/..`;
  const cut = path.lastIndexOf("/");
  return cut < 0 ? "." : cut === 0 ? "/" : path.slice(0, cut);
}

// Folders first, then by name as people read numbers.
export function inOrder(entries) {
  const names = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  return entries
    .filter(({ name }) => name !== "." && name !== "..")
    .sort((a, b) => (b.type === "directory") - (a.type === "directory") || names.compare(a.name, b.name));
}

const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB"];
export function readable(bytes) {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}
