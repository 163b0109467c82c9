// Makes messages out of frames. For each message the server sends two: the text, then the text again behind the
// time at which it arrived. And it tells which texts of this tab have not come back yet.
const RECEIPT = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}收到消息：/;

export class Conversation {
  #last = null; // the text that waits for its receipt
  #sent = []; // said here and not come back, oldest first

  said(text) {
    this.#sent.push(text);
  }

  // What a frame is: { kind: "text", text, own } or { kind: "receipt", text } for the message before it.
  take(frame) {
    const receipt = this.#last !== null && frame.replace(RECEIPT, "") === this.#last && RECEIPT.test(frame);
    if (receipt) {
      this.#last = null;
      return { kind: "receipt", text: frame };
    }
    this.#last = frame;
    const own = this.#sent[0] === frame;
    if (own) this.#sent.shift();
    return { kind: "text", text: frame, own };
  }

  // The connection has ended: the texts of which nobody knows whether they arrived.
  broke() {
    this.#last = null;
    return this.#sent.splice(0);
  }
}
