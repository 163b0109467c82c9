// An OpenSSH server for one test file, ended with it: that of tests/scenario/harness, which ssh_bed.py lends.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

import { Bed, ENVIRONMENT, PYTHON, program } from "./bed.mjs";
import { PAGES } from "./terminal_page.mjs";

const PROGRAM = "ssh_bed.py";
export const PROMPT = /^bed\$ $/;

// Why there can be none here, for `skip`; or false.
export function whyNoSshd() {
  if (!existsSync(PAGES)) return "the page was not built";
  return execFileSync(PYTHON, [program(PROGRAM), "why-not"], { env: ENVIRONMENT, encoding: "utf8" }).trim() || false;
}

export class Sshd extends Bed {
  constructor() {
    super(PROGRAM);
  }

  // `like`: { keys, users, …options }, see ssh_bed.py. Afterwards it has port, fingerprints, knownHosts, keys, homes.
  start(like) {
    return super.start({ keys: {}, users: [], ...like });
  }

  // The one-time code that is valid now.
  code(secret) {
    return this.say(["code", secret]);
  }

  // Bytes that the one process of that name has written so far.
  written(name) {
    return this.say(["written", name]);
  }

  // Until no process has that name.
  gone(name) {
    return this.say(["gone", name]);
  }

  // Another host answers at the same place.
  async changeHostKeys(...kinds) {
    Object.assign(this, await this.say(["new_host_keys", ...kinds]));
  }
}
