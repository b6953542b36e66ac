// Drawing: what the page knows as elements. Text of strangers only ever becomes text, never markup.

const $ = (id) => document.getElementById(id);

/** An element; a function among its attributes listens, `false` leaves an attribute out. */
function h(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== false && child !== undefined));
  return made;
}

const button = (text, press, attributes = {}) => h("button", { type: "button", click: press, ...attributes }, text);
const brief = (text) => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
const cards = new Map();
const FEW = 8; // of what is left out, until more is asked for

function fit(box) {
  if (CSS.supports("field-sizing", "content")) return;
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + 2}px`;
}

/** A button that opens a few more; Escape closes them. */
function menu(name, label, choices) {
  const made = h("details", { class: "menu" }, h("summary", { "aria-label": label }, name));
  made.append(h("div", {}, ...choices.map(([text, press]) => button(text, () => { made.open = false; press(); }))));
  made.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !made.open) return;
    event.stopPropagation();
    made.open = false;
    made.firstChild.focus();
  });
  made.addEventListener("focusout", (event) => { if (event.relatedTarget && !made.contains(event.relatedTarget)) made.open = false; });
  return made;
}

function proof(one) {
  const title = one.url ? h("a", { href: one.url, target: "_blank", rel: "noopener noreferrer" }, one.title || one.ref) : one.title || one.ref;
  return h("div", { class: "proof" },
    h("p", {}, title),
    h("p", { class: "about" }, one.about ? `${one.ref} · ${one.about}` : one.ref),
    ...one.text.map((text) => h("p", { class: "said", dir: "auto" }, text)));
}

/** What a line rests on: one line of it in sight, the rest where it is opened. */
function evidence(item, name) {
  const more = item.evidence.length > 1 ? ` and ${item.evidence.length - 1} more` : "";
  const made = h("details", { class: "evidence" }, h("summary", {}, name ?? `Evidence: ${item.evidence[0].title || item.evidence[0].ref}${more}`));
  made.addEventListener("toggle", () => {
    if (made.open && made.children.length === 1) {
      made.append(...item.evidence.map(proof), ...item.reasons.map((why) => h("p", { class: "proof points" }, why)));
    }
  });
  return made;
}

/** Two versions of a line, and the choice between them. */
const versions = (title, theirs, ...choices) =>
  h("div", { class: "versions", role: "group", "aria-label": title },
    h("p", {}, h("strong", {}, title)), h("p", { class: "theirs", dir: "auto" }, theirs), h("div", { class: "tools" }, ...choices));

function card(uid) {
  const box = h("textarea", {
    id: uid, rows: "1", dir: "auto", spellcheck: "true", "data-control": "words",
    input: () => typed(uid, box), change: () => save(uid), keydown: (event) => pressed(uid, event),
  });
  const made = h("li", { class: "line", "data-uid": uid }, h("label", { for: uid, class: "unseen" }), box,
    h("div", { class: "badges" }), h("div", { class: "choice" }), h("div", { class: "row" }, h("div", { class: "proofs" }), h("div", { class: "tools" })));
  const proofs = made.querySelector(".proofs");
  proofs.replaceWith(h("details", { class: "evidence" }));
  return made;
}

function drawCard(made, line, at, total) {
  const [label, box] = [made.querySelector("label"), made.querySelector("textarea")];
  const mine = unsaved.get(line.uid);
  made.classList.toggle("guess", !line.sure);
  made.classList.toggle("unsaved", Boolean(mine));
  label.textContent = `${line.heading} ${at + 1} of ${total}${line.sure ? "" : ", a guess"}`;
  const words = mine ? mine.text : line.text;
  if (box.value !== words) box.value = words;
  fit(box);
  made.querySelector(".badges").replaceChildren(
    ...(line.sure ? [] : [h("span", { class: "badge ask" }, "a guess – confirm, reword or drop it")]),
    ...line.findings.map((text) => h("p", { class: "finding" }, text)));
  made.querySelector(".choice").replaceChildren(...choices(line, mine));
  const name = JSON.stringify([line.evidence, line.reasons]);
  const old = made.querySelector(".evidence, .own");
  if (old.dataset.name !== name) {
    const fresh = line.refs.length ? evidence(line) : h("span", { class: "own" }, "Your own line");
    fresh.dataset.name = name;
    old.replaceWith(fresh);
  }
  drawTools(made.querySelector(".row > .tools"), line, at, total);
}

function choices(line, mine) {
  const found = [];
  if (mine && mine.base !== line.text) {
    found.push(versions("Changed elsewhere while you were typing. Yours stands above; in the file it says:", line.text,
      button("Save mine", () => insist(line.uid)), button("Take the file’s", () => forget(line.uid))));
  }
  if (line.offer) {
    found.push(versions("You worded this, and its source changed. The source now says:", line.offer,
      button("Keep mine", () => keep(line.uid)), button("Take the source’s", () => reword(line.uid, line.offer))));
  }
  return found;
}

function drawTools(tools, line, at, total) {
  const name = JSON.stringify([line.sure, line.section, at === 0, at === total - 1, brief(line.text)]);
  if (tools.dataset.name === name) return;
  tools.dataset.name = name;
  const about = `: ${brief(line.text)}`;
  const others = view.sections.filter((s) => s.name !== line.section);
  tools.replaceChildren(
    ...(line.sure ? [] : [button("Confirm", () => keep(line.uid), { class: "confirm", "data-control": "keep", "aria-label": `Confirm${about}` })]),
    button("↑", () => shift(line.uid, -1), { "data-control": "up", disabled: at === 0, title: "Move up", "aria-label": `Move up${about}` }),
    button("↓", () => shift(line.uid, 1), { "data-control": "down", disabled: at === total - 1, title: "Move down", "aria-label": `Move down${about}` }),
    menu("Move to", `Move to another section${about}`, others.map((s) => [s.heading, () => send(line.uid, s.name)])),
    button("Drop", () => drop(line.uid), { "data-control": "drop", "aria-label": `Drop${about}` }));
}

function sectionPart(section) {
  const box = h("textarea", { id: `add-${section.name}`, rows: "1", dir: "auto", "data-section": section.name, placeholder: "Add a line of your own…",
    input: () => { fit(box); persist(); schedulePreview(); },
    keydown: (event) => { if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); add(section.name, box); } } });
  return h("section", { class: "part", id: `part-${section.name}`, "aria-labelledby": `title-${section.name}` },
    h("h2", { id: `title-${section.name}` }, `${section.heading} `, h("span", { class: "count" })),
    h("p", { class: "hint" }), h("ul"),
    h("div", { class: "add" }, h("label", { for: box.id, class: "unseen" }, `Add a line to ${section.heading}`), box,
      button("Add", () => add(section.name, box), { "aria-label": `Add to ${section.heading}` })));
}

function drawSection(section) {
  const part = $(`part-${section.name}`) ?? $("sections").appendChild(sectionPart(section));
  part.querySelector(".count").textContent = section.lines.length ? `(${section.lines.length})` : "";
  const hint = part.querySelector(".hint");
  hint.textContent = section.lines.length ? "" : section.why_empty || "Nothing here yet.";
  hint.hidden = section.lines.length > 0;
  const list = part.querySelector("ul");
  list.hidden = !section.lines.length;
  section.lines.forEach((line, at) => {
    if (!cards.has(line.uid)) cards.set(line.uid, card(line.uid));
    const made = cards.get(line.uid);
    if (list.children[at] !== made) list.insertBefore(made, list.children[at] ?? null);
    drawCard(made, { ...line, section: section.name, heading: section.heading }, at, section.lines.length);
  });
}

function drawLeft() {
  const wanted = $("filter").value.trim().toLowerCase();
  const found = view.left_out.filter((out) => !wanted || `${out.text} ${out.why}`.toLowerCase().includes(wanted));
  const some = wanted || shown.all ? found : found.slice(0, FEW);
  $("left-part").hidden = !view.left_out.length;
  $("left-count").textContent = `(${view.left_out.length})`;
  $("filter").hidden = view.left_out.length <= FEW;
  $("left-all").hidden = some.length === found.length;
  $("left-all").textContent = `Show all ${found.length}`;
  const list = $("left");
  const name = JSON.stringify([some, view.left_out.length]);
  if (list.dataset.name === name) return;
  list.dataset.name = name;
  list.replaceChildren(...some.map((out) =>
    h("li", { "data-refs": out.refs.join(" ") }, h("p", { dir: "auto" }, out.text), out.why ? h("p", { class: "why" }, out.why) : null,
      h("div", { class: "row" }, evidence(out), h("div", { class: "tools" },
        menu("Tell in", `Tell in a section: ${brief(out.text)}`, view.sections.map((s) => [s.heading, () => promote(out.refs, s.name)])))))));
}

function drawBackground() {
  const name = JSON.stringify([view.outcomes, view.notes, view.redactions, view.deleted]);
  if ($("background").dataset.name === name) return;
  $("background").dataset.name = name;
  const list = (title, items) => (items.length ? [h("h3", {}, title), h("ul", {}, ...items)] : []);
  $("background").replaceChildren(
    ...list("Sources", view.outcomes.map((o) => h("li", { class: o.status === "complete" ? "" : "bad" }, `${o.source}: ${o.status}, ${o.count} found${o.detail ? ` – ${o.detail}` : ""}`))),
    ...list("Notes and promises", view.notes.map((note) => h("li", {}, note))),
    ...list("Secrets that were cut from the evidence", view.redactions.map((kind) => h("li", {}, kind))),
    ...list("You took out", view.deleted.map((gone) => h("li", {}, evidence(gone, `${gone.section}: ${gone.evidence[0].title}`)))));
}

function drawNotices() {
  const notice = (kind, title, ...rest) => h("div", { class: `notice ${kind}`, role: "group", "aria-label": title }, h("strong", {}, title), ...rest);
  const items = (texts) => h("ul", {}, ...texts.map((text) => h("li", { dir: "auto" }, text)));
  const found = [];
  if (trouble) found.push(notice("bad", trouble, ...(anythingUnsaved() ? [h("p", { class: "hint" }, "What you typed and is not saved yet – it stays on this page, and here to copy:"),
    h("textarea", { readonly: true, rows: "4", "aria-label": "Words that are not saved" }, everyWord())] : [])));
  if (news.length) found.push(notice("", "Changed outside this page", items(news), button("Seen", () => { news = []; draw(); })));
  for (const [at, mine] of orphans.entries()) {
    found.push(notice("bad orphan", "Your words for a line that is gone from the file", h("p", { dir: "auto", class: "theirs" }, mine.text),
      h("div", { class: "tools" }, ...view.sections.map((s) => button(`Add to ${s.heading}`, () => adopt(at, s.name))), button("Discard", () => { orphans.splice(at, 1); persist(); draw(); }))));
  }
  if (view.findings.length) found.push(notice("bad", "To look at again", items(view.findings)));
  if (view.misread.length) found.push(notice("", "How the file was read", items(view.misread)));
  const name = JSON.stringify([trouble, news, orphans, view.findings, view.misread, trouble ? everyWord() : ""]);
  if ($("notices").dataset.name !== name) $("notices").replaceChildren(...found);
  $("notices").dataset.name = name;
}

const everyWord = () => [...[...unsaved.values()].map((mine) => mine.text), ...orphans.map((mine) => mine.text), ...adding().map((box) => box.value)].join("\n");

function drawField(id) {
  const box = $(id);
  const mine = unsaved.get(id);
  const words = mine ? mine.text : (view[id] ?? "");
  if (box.value !== words) box.value = words;
  if (box.tagName === "TEXTAREA") fit(box);
}

/** Draw all of it, with the caret where it was. */
function draw() {
  const active = document.activeElement;
  const place = active?.closest?.("[data-uid]")?.dataset.uid;
  const control = active?.dataset?.control;
  view.sections.forEach(drawSection);
  const here = new Set(allLines().map((line) => line.uid));
  for (const [uid, made] of [...cards]) if (!here.has(uid)) { made.remove(); cards.delete(uid); }
  drawField("headline");
  drawField("maintenance");
  $("maintenance-part").hidden = view.maintenance === null;
  drawLeft();
  drawBackground();
  drawNotices();
  $("period").textContent = view.period;
  $("file").textContent = view.file;
  $("undo").disabled = !view.undo;
  const guesses = allLines().filter((line) => !line.sure).length;
  $("open").textContent = guesses ? `${guesses} ${guesses === 1 ? "guess" : "guesses"} to decide` : view.approved || "Nothing left to decide";
  $("open").classList.toggle("some", guesses > 0);
  if (place && cards.has(place) && !cards.get(place).contains(document.activeElement)) focusOn(place, control);
}

function focusOn(uid, control) {
  const made = cards.get(uid);
  const wanted = control && made?.querySelector(`[data-control="${control}"]`);
  (wanted && !wanted.disabled ? wanted : made?.querySelector("textarea"))?.focus();
}
