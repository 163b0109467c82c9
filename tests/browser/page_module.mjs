// The page's modules for tests without a browser. Node takes a .js file for a module only beside a package.json,
// which has no place among the files that are served.
import { readFile } from "node:fs/promises";

const WEB = new URL("../../plugins/message/web/", import.meta.url);

export async function pageModule(name) {
  const source = await readFile(new URL(name, WEB), "utf8");
  return import(`data:text/javascript,${encodeURIComponent(source)}`);
}
