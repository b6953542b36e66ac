// What a line asks: which of two versions stands, and whether it is one with others.

/** Two versions of a line, and the choice between them. */
const versions = (title, mine, theirs, ...choices) =>
  h("div", { class: "versions", role: "group", "aria-label": title },
    h("p", {}, h("strong", {}, title)), h("p", { class: "theirs", dir: "auto" }, ...marked(mine, theirs)), h("div", { class: "tools" }, ...choices));

/** Lines that may be one outcome with this one, and the answer to that. */
function question(line) {
  const { others, why } = line.doubt;
  const title = others.length > 1 ? "One outcome with these lines?" : "One outcome with this line?";
  const about = `${brief(line.text)} and ${others.map(brief).join(", ")}`;
  return h("div", { class: "versions", role: "group", "aria-label": title },
    h("p", {}, h("strong", {}, title)), ...others.map((text) => h("p", { class: "theirs", dir: "auto" }, text)), h("p", { class: "hint", dir: "auto" }, ...sentence(why)),
    h("div", { class: "tools" },
      button("Join", () => join(line.uid), { "data-control": "join", title: "Tell them as one line, in the words above, with the evidence of all", "aria-label": `Join: ${about}` }),
      button("Keep apart", () => apart(line.uid), { title: "They are not asked about again", "aria-label": `Keep apart: ${about}` })));
}

function choices(line, mine) {
  const found = [];
  if (mine && mine.base !== line.text) {
    found.push(versions("Changed elsewhere while you were typing. Yours stands above; in the file it says:", mine.text, line.text,
      button("Save mine", () => insist(line.uid), { class: "main" }), button("Take the file’s", () => forget(line.uid))));
  }
  if (line.offer) {
    found.push(versions("You worded this, and its source changed. The source now says:", line.text, line.offer,
      button("Keep mine", () => insist(line.uid)), button("Take the source’s", () => take(line.uid, line.offer))));
  }
  if (line.doubt) found.push(question(line));
  return found;
}
