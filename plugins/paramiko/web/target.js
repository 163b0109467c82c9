// "user@host:port", as people write it into the field for the host.
export function splitTarget(text) {
  const [, user = "", bracketed, plain, port = ""] =
    /^(?:([^@]*)@)?(?:\[([^\]]+)\]|([^:]*|[^:]*:[^:]*:.*))(?::(\d{1,5}))?$/.exec(text.trim()) ?? [null, "", undefined, text.trim(), ""];
  return { user, host: bracketed ?? plain ?? "", port };
}
