// Programs ask terminals what they are and where the cursor stands. One terminal has to answer, and that is the owner's:
// while `muted()` says so, this one does not.
export function muteAnswers(term, muted) {
  const { parser } = term;
  for (const id of [
    { final: "c" },
    { prefix: ">", final: "c" },
    { prefix: "=", final: "c" },
    { final: "n" },
    { prefix: "?", final: "n" },
    { intermediates: "$", final: "p" },
    { prefix: "?", intermediates: "$", final: "p" },
    { final: "t" },
  ])
    parser.registerCsiHandler(id, () => muted());
  parser.registerDcsHandler({ intermediates: "$", final: "q" }, () => muted());
  // Colours are told by the same sequences that set them.
  for (const id of [4, 10, 11, 12]) parser.registerOscHandler(id, (data) => muted() && data.includes("?"));
}
