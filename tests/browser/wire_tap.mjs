// What goes over the WebSockets of a page, seen from within it: over those that speak ssh.v1. `tap` runs in the page before
// its own scripts.
export function tap() {
  const Original = window.WebSocket;
  const wire = (window.wire = {
    received: 0, // bytes of output
    pieces: [], // of output: { at, bytes }; null to keep none
    said: [], // messages of the page
    heard: [], // of the server
    typed: [], // input: { bytes, received, time }, received being the output before it
    ends: [], // of sockets: the code and the reason
    text: () => new TextDecoder().decode(Uint8Array.from(wire.pieces.flatMap(({ bytes }) => [...bytes]))),
  });
  const note = (data) => {
    if (typeof data === "string") wire.said.push(JSON.parse(data));
    else wire.typed.push({ bytes: data.slice(0, 16), received: wire.received, time: performance.now() });
  };
  window.WebSocket = class extends Original {
    constructor(...how) {
      super(...how);
      this.addEventListener("close", ({ code, reason }) => wire.ends.push([code, reason]));
      let at = null; // the offset of the next byte of output
      this.addEventListener("message", ({ data }) => {
        if (this.protocol === "") return;
        if (typeof data === "string") {
          const message = JSON.parse(data);
          wire.heard.push(message);
          at = { ready: message.off, replay: message.from }[message.t] ?? at;
          return;
        }
        wire.received += data.byteLength;
        wire.pieces?.push({ at, bytes: new Uint8Array(data) });
        at += data.byteLength;
      });
    }

    send(data) {
      if (this.protocol !== "") note(data);
      super.send(data);
    }
  };
}

// All output that has come since the page was opened, put together by its offsets. Fails where a byte is missing, and
// where one came twice and differs.
export async function output(page) {
  const pieces = await page.evaluate(() =>
    window.wire.pieces.map(({ at, bytes }) => [at, btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))]));
  return assemble(pieces.map(([at, text]) => [at, Buffer.from(text, "base64")]));
}

function assemble(pieces) {
  const from = pieces[0]?.[0] ?? 0;
  let whole = Buffer.alloc(0);
  for (const [at, bytes] of pieces) {
    const known = whole.subarray(at - from); // what is there already from this byte on
    if (at - from > whole.length) throw new Error(`bytes of output are missing before ${at}`);
    const again = bytes.subarray(0, known.length);
    if (!again.equals(known.subarray(0, again.length))) throw new Error(`what came again from byte ${at} on differs`);
    whole = Buffer.concat([whole, bytes.subarray(again.length)]);
  }
  return whole;
}
