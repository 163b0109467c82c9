// node ws.mjs MODULE: the package `ws` with /echo, /relay and /message (see ../peer.py).

import { stamped } from "./message.mjs";

const { WebSocketServer } = await import(process.argv[2]);
const groups = { "/relay": new Set(), "/message": new Set() };
const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });

server.on("connection", (socket, request) => {
  const group = groups[request.url];
  if (group === undefined) {
    socket.on("message", (data) => socket.send(data, { binary: false }));
    return;
  }
  group.add(socket);
  socket.on("close", () => group.delete(socket));
  socket.on("message", (data) => {
    const text = data.toString();
    for (const member of group) {
      member.send(text);
      if (request.url === "/message") member.send(stamped(text));
    }
  });
});
server.on("listening", () => console.log(`serving ${server.address().port}`));
