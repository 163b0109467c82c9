// bun bun.mjs: Bun's server with /echo, /relay and /message (see ../peer.py).

import { stamped } from "./message.mjs";

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch(request, server) {
    const path = new URL(request.url).pathname;
    return server.upgrade(request, { data: path }) ? undefined : new Response("no WebSocket", { status: 400 });
  },
  websocket: {
    sendPings: false,
    perMessageDeflate: false,
    open(socket) {
      if (socket.data !== "/echo") socket.subscribe(socket.data);
    },
    message(socket, text) {
      if (socket.data === "/echo") {
        socket.send(text);
        return;
      }
      server.publish(socket.data, text);
      if (socket.data === "/message") server.publish(socket.data, stamped(text));
    },
  },
});
console.log(`serving ${server.port}`);
