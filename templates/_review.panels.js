// Drawing what stands around the draft: what happened, what is in the way, what was left out, where it all comes from.

const FEW = 8; // of what is left out, until more is asked for

let later = ""; // news that a person does not want now

const notice = (kind, title, ...rest) => h("div", { class: `notice ${kind}`, role: "group", "aria-label": title }, h("strong", {}, title), ...rest);
const everyWord = () => [...[...unsaved.values()].map((mine) => mine.text), ...orphans.map((mine) => mine.text), ...adding().map((box) => box.value)].join("\n");

/** One thing that somebody else did. */
function told(one) {
  const words = one.was === undefined ? [one.did, one.text] : ["Was: ", h("span", { class: "was" }, one.was), " Now: ", ...marked(one.was, one.text)];
  return h("li", { dir: "auto" }, ...words, ...(one.uid && lineOf(one.uid) ? [" ", goTo(one.uid, one.text)] : []));
}

const goTo = (uid, text) => button("Go to it", () => focusOn(uid), { class: "go", "aria-label": `Go to: ${brief(text)}` });

/** The words that the program can no longer be given. */
function lost() {
  const box = h("textarea", { readonly: true, rows: "4", "aria-label": "Words that are not saved" }, everyWord());
  const copy = async () => {
    box.select();
    try {
      await navigator.clipboard.writeText(box.value);
      say("Copied");
    } catch {
      box.focus(); // selected, for Ctrl+C
    }
  };
  return [h("p", { class: "hint" }, "What you typed and is not saved yet stays on this page, and stands here to copy:"), box, button("Copy", copy)];
}

function drawNotices() {
  const name = JSON.stringify([trouble, news, orphans, view.misread, view.pending, later, trouble ? everyWord() : "", allLines().map((line) => line.uid)]);
  redraw($("notices"), name, () => {
    const found = [];
    if (trouble) found.push(notice("bad", trouble, ...(anythingUnsaved() ? lost() : [])));
    for (const [at, mine] of orphans.entries()) {
      found.push(notice("bad orphan", "Your words for a line that is gone from the file", h("p", { dir: "auto", class: "theirs" }, mine.text),
        h("div", { class: "tools" }, ...view.sections.map((s) => button(`Add to ${s.heading}`, () => adopt(at, s.name))), button("Discard", () => { orphans.splice(at, 1); persist(); draw(); $("draft").focus(); }))));
    }
    if (news.length) found.push(notice("", "Changed outside this page", h("ul", {}, ...news.map(told)), button("Seen", () => { news = []; draw(); $("draft").focus(); })));
    if (view.pending.length && later !== JSON.stringify(view.pending)) {
      found.push(notice("", "The sources have news that this draft does not have", h("ul", {}, ...view.pending.map((text) => h("li", { dir: "auto" }, ...sentence(text)))),
        h("div", { class: "tools" }, button("Draft again", redraft, { class: "main" }), button("Not now", () => { later = JSON.stringify(view.pending); draw(); $("draft").focus(); }))));
    }
    if (view.misread.length) found.push(notice("", "How the file was read", h("ul", {}, ...view.misread.map((text) => h("li", { dir: "auto" }, text)))));
    return found;
  });
}

/** What stands in the way of publishing: of lines, each with why, and of the whole. */
function inTheWay() {
  const lines = allLines();
  return {
    guesses: lines.filter((line) => !line.sure).length,
    found: [
      ...lines.filter((line) => !line.sure).map((line) => [line, "Nobody has confirmed: "]),
      ...lines.filter((line) => line.offer).map((line) => [line, "Its source says something else by now: "]),
      ...lines.filter((line) => line.doubt).map((line) => [line, "May be one with another line: "]),
      ...lines.flatMap((line) => line.findings.map((text) => [line, `${text}: `])),
    ],
    whole: lines.length ? view.findings : ["there is not a line in it yet", ...view.findings],
  };
}

/** The same in a few words. */
function inShort() {
  const { guesses, found, whole } = inTheWay();
  const rest = found.length + whole.length - guesses;
  return guesses ? `${guesses} ${guesses === 1 ? "guess" : "guesses"} to decide` : rest ? `${rest} to look at again` : "";
}

/** What stands in the way, with the way to each. */
function drawChecks() {
  const { found, whole } = inTheWay();
  const given = view.approved ? `${capital(view.approved)}; a change takes that back. ` : "";
  const next = view.then ? [`${given}Next, in the terminal: `, h("code", {}, view.then), "."] : ["It is published as it stands here."];
  redraw($("checks"), JSON.stringify([found, whole, view.approved, view.then]), () => [
    found.length + whole.length
      ? h("ul", { class: "checks" }, ...found.map(([line, why]) => h("li", {}, h("p", { dir: "auto" }, capital(why), brief(line.text)), goTo(line.uid, line.text))),
        ...whole.map((text) => h("li", {}, h("p", { dir: "auto" }, ...sentence(text)))))
      : h("p", { class: "fine" }, "Nothing stands in the way."),
    h("p", { class: "hint" }, ...next, " Nothing is sent or approved from this page."),
  ]);
  $("open").textContent = inShort() || view.approved || "Nothing in the way";
  $("open").classList.toggle("some", Boolean(inShort()));
}

function drawLeft() {
  const wanted = $("filter").value.trim().toLowerCase();
  const found = view.left_out.filter((out) => !wanted || `${out.text} ${out.why} ${out.refs.join(" ")}`.toLowerCase().includes(wanted));
  const some = wanted || shown.all ? found : found.slice(0, FEW);
  $("left-part").hidden = !view.left_out.length;
  $("left-count").textContent = view.left_out.length;
  $("filter").hidden = view.left_out.length <= FEW;
  $("left-all").hidden = some.length === found.length;
  $("left-all").textContent = `Show all ${found.length}`;
  redraw($("left"), JSON.stringify([some, view.left_out.length]), () => [
    ...some.map((out) => h("li", { class: "line", "data-refs": out.refs.join(" ") },
      h("div", { class: "words" }, h("p", { class: "field", dir: "auto" }, out.text), out.why ? h("p", { class: "why" }, out.why) : null),
      evidence(out),
      h("div", { class: "tools" }, menu("Tell in", `Tell in a section: ${brief(out.text)}`, view.sections.map((s) => [s.heading, () => promote(out.refs, s.name)]))))),
    ...(some.length ? [] : [h("li", { class: "hint" }, "Nothing of it has these words.")]),
  ]);
}

function drawTaken() {
  $("taken-part").hidden = !view.taken.length;
  $("taken-count").textContent = view.taken.length;
  redraw($("taken"), JSON.stringify(view.taken), () => view.taken.map((gone, k) => h("li", { class: "line" },
    h("div", { class: "words" }, h("p", { class: "field", dir: "auto" }, gone.text || gone.refs.join(" ")),
      h("p", { class: "why" }, `${gone.heading}${gone.sure ? "" : ", as a guess"}${gone.text ? "" : "; its words are not known here, digest draft reads them"}`)),
    gone.refs.length ? evidence(gone) : h("p", { class: "own" }, "Your own line"),
    h("div", { class: "tools" }, gone.text ? button("Put back", () => putBack(gone, k), { "aria-label": `Put back: ${brief(gone.text)}` }) : null))));
}

function drawBackground() {
  redraw($("background"), JSON.stringify([view.outcomes, view.notes, view.redactions]), () => {
    const list = (title, items) => (items.length ? [h("h3", {}, title), h("ul", {}, ...items)] : []);
    return [
      ...list("Sources", view.outcomes.map((o) => h("li", { class: o.status === "complete" ? "" : "bad" }, `${o.source}: ${o.status}, ${o.count} found${o.detail ? ` – ${o.detail}` : ""}`))),
      ...list("Notes and promises", view.notes.map((note) => h("li", { dir: "auto" }, note))),
      ...list("Secrets that were cut from the evidence", view.redactions.map((kind) => h("li", {}, kind))),
    ];
  });
}

function drawPanels() {
  drawNotices();
  drawChecks();
  drawLeft();
  drawTaken();
  drawBackground();
  $("period").textContent = view.period;
  $("file").textContent = view.standing ? `${view.file} · ${view.standing}` : view.file;
  $("undo").disabled = !view.undo;
}
