// Drawing the draft: its lines as elements. Text of strangers only ever becomes text, never markup.

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

const capital = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** A sentence with its capital and its full stop, code in it as code. */
function sentence(text) {
  const whole = `${capital(text)}${/[.!?…]$/.test(text) ? "" : "."}`;
  return whole.split("`").map((piece, k) => (k % 2 ? h("code", {}, piece) : piece));
}

/** Words, with those marked that `before` does not have. */
const marked = (before, after) => compared(before, after).flatMap(([word, same], k) => [k ? " " : "", same ? word : h("mark", {}, word)]);

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

/** The words of a source, with those marked that the line rests on: the sentence that it was found in, its numbers. */
function quoted(text, item) {
  const wanted = [...(item.text.match(/\d[\d.,]*\d|\d/g) ?? []), ...(item.passages ?? []), ...(item.parts ? item.choices.flatMap((choice) => Object.values(choice)) : [])].filter(Boolean);
  if (!wanted.length) return [text];
  const escaped = wanted.sort((a, b) => b.length - a.length).map((words) => words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s+"));
  return text.split(new RegExp(`(?<![\\p{L}\\d.])(${escaped.join("|")})(?![\\p{L}\\d])`, "u")).map((piece, k) => (k % 2 ? h("mark", {}, piece) : piece));
}

function said(text, item) {
  const box = h("div", { class: "said", dir: "auto", tabindex: "0", role: "group", "aria-label": "What it says" }, ...quoted(text, item));
  requestAnimationFrame(() => {
    const first = box.querySelector("mark");
    if (box.scrollHeight <= box.clientHeight) box.removeAttribute("tabindex");
    else if (first) box.scrollTop = first.offsetTop - box.clientHeight / 3;
  });
  return box;
}

function proof(one, item) {
  const title = one.url ? h("a", { href: one.url, target: "_blank", rel: "noopener noreferrer" }, one.title || one.ref) : one.title || one.ref;
  return h("div", { class: "proof" },
    h("p", { class: "proof-title", dir: "auto" }, title),
    h("p", { class: "about" }, one.about ? `${one.ref} · ${one.about}` : one.ref),
    ...one.text.map((text) => said(text, item)));
}

/** What a line rests on: one piece of it in sight, the rest where it is opened. */
function evidence(item, name) {
  const [first] = item.evidence;
  const more = item.evidence.length > 1 ? ` and ${item.evidence.length - 1} more` : "";
  const made = h("details", { class: "evidence" }, h("summary", {},
    ...(name ? [name] : [h("span", { class: "label" }, "Evidence: "), h("span", { class: "source", dir: "auto" }, first.title || first.ref), h("span", { class: "more" }, more)]),
    first.about && !name ? h("span", { class: "about" }, first.about) : null));
  made.addEventListener("toggle", () => {
    if (made.open && made.children.length === 1) {
      made.append(...item.evidence.map((one) => proof(one, item)), ...item.reasons.map((why) => h("p", { class: "proof points" }, why)));
    }
  });
  return made;
}

const PARTS = [["chosen", "Chosen", "what you took"], ["over", "Over", "what you did not take"], ["because", "Because", "to keep, since it, …"], ["cost", "Cost", "what it costs you"]];

/** A trade-off as a sentence; digest.choice says the same. */
function sentenceOf(parts) {
  const part = (name) => tidy(parts[name]).replace(/^[ .]+|[ .]+$/g, "");
  const [chosen, over, because, cost] = PARTS.map(([name]) => part(name));
  let said = chosen ? `Chose ${chosen}${over ? ` over ${over}` : ""}` : over ? `Decided against ${over}` : "";
  if (because) {
    const reason = /^(to|because|since|as|for|so)(?![\p{L}\p{N}_])/iu.test(because) ? because : `because ${because}`;
    said = said ? `${said} ${reason}` : `${reason.charAt(0).toUpperCase()}${reason.slice(1)}`;
  }
  if (cost) said = said ? `${said}; cost: ${cost}` : `Accepted ${cost}`;
  return said && `${said}.`;
}

/** A form for the parts of a trade-off: what is put in stands as words in `box` at once. */
function partsForm(box, about, parts, choices, save) {
  const inputs = PARTS.map(([name, label, hint]) => {
    const offers = [...new Set(choices.map((choice) => choice[name]).filter(Boolean))];
    const id = `${box.id}-${name}`;
    return h("div", {}, h("label", { for: id }, label),
      h("input", { id, dir: "auto", autocomplete: "off", placeholder: hint, value: parts[name], "data-part": name, list: offers.length ? `${id}-offers` : null,
        input: () => {
          box.value = sentenceOf(Object.fromEntries([...made.querySelectorAll("[data-part]")].map((input) => [input.dataset.part, input.value])));
          box.dispatchEvent(new Event("input"));
        } }),
      ...(offers.length ? [h("datalist", { id: `${id}-offers` }, ...offers.map((offer) => h("option", { value: offer }))),
        h("p", { class: "offers" }, "from the evidence: ", ...offers.slice(0, 2).flatMap((offer, k) => [k ? ", " : "", button(brief(offer), (event) => {
          const input = event.target.closest("div").querySelector("input");
          input.value = offer;
          input.dispatchEvent(new Event("input"));
          input.focus();
        })]))] : []));
  });
  const close = () => { parting.delete(about.key); made.remove(); box.focus(); };
  const done = async () => { if (await save()) close(); };
  const made = h("fieldset", { class: "parts", keydown: (event) => {
    if (event.key === "Escape") { event.stopPropagation(); close(); }
    else if (event.key === "Enter" && event.target.tagName === "INPUT" && !event.isComposing) { event.preventDefault(); done(); }
  } }, h("legend", {}, about.title), h("div", { class: "parts-fields" }, ...inputs),
  h("div", { class: "tools" }, button(about.save, done, { class: "main" }), button("Close", close)));
  return made;
}

function openParts(key, box, place, form) {
  if (!parting.has(key)) parting.set(key, form());
  place.replaceChildren(parting.get(key));
  parting.get(key).querySelector("input").focus();
}

function card(uid) {
  const box = h("textarea", {
    id: uid, rows: "1", dir: "auto", spellcheck: "true", class: "field", "data-control": "words",
    input: () => typed(uid, box), change: () => save(uid), keydown: (event) => pressed(uid, event),
  });
  return h("li", { class: "line", "data-uid": uid, "data-control": "line", tabindex: "-1", keydown: (event) => strolled(uid, event) },
    h("div", { class: "words" }, h("label", { for: uid, class: "unseen" }), box, h("div", { class: "badges" }), h("div", { class: "choice" }), h("div", { class: "parts-place" })),
    h("details", { class: "evidence" }), h("div", { class: "tools" }));
}

function drawCard(made, line, at, total) {
  const [label, box] = [made.querySelector("label"), made.querySelector("textarea")];
  const mine = unsaved.get(line.uid);
  made.classList.toggle("guess", !line.sure);
  made.classList.toggle("unsaved", Boolean(mine));
  label.textContent = `${line.heading} ${at + 1} of ${total}${line.sure ? "" : ", a guess"}${line.doubt ? ", may be one with another line" : ""}`;
  const words = mine ? mine.text : line.text;
  if (box.value !== words) box.value = words;
  fit(box);
  const changed = news.find((one) => one.uid === line.uid && one.badge)?.badge;
  made.querySelector(".badges").replaceChildren(
    ...(line.sure ? [] : [h("span", { class: "badge ask" }, "a guess – confirm, reword or drop it")]),
    ...(changed ? [h("span", { class: "badge new" }, changed)] : []),
    ...line.findings.map((text) => h("p", { class: "finding" }, text)));
  redraw(made.querySelector(".choice"), JSON.stringify([mine?.base, mine && line.text, line.offer, line.doubt, line.doubt && brief(line.text)]), () => choices(line, mine));
  const name = JSON.stringify([line.evidence, line.reasons]);
  const old = made.querySelector(".evidence, .own");
  if (old.dataset.name !== name) {
    const fresh = line.refs.length ? evidence(line) : h("p", { class: "own" }, "Your own line");
    fresh.dataset.name = name;
    if (line.refs.length) fresh.open = old.open || (!old.dataset.name && !line.sure);
    old.replaceWith(fresh);
  }
  drawTools(made.querySelector(":scope > .tools"), line, at, total);
}

/** Make the children of an element anew where what they show is no longer the same. */
function redraw(place, name, make) {
  if (place.dataset.name === name) return;
  place.dataset.name = name;
  place.replaceChildren(...make());
}

function drawTools(tools, line, at, total) {
  const name = JSON.stringify([line.sure, line.section, at === 0, at === total - 1, brief(line.text), line.parts, line.choices]);
  redraw(tools, name, () => {
    const about = `: ${brief(line.text)}`;
    const others = view.sections.filter((s) => s.name !== line.section);
    const box = $(line.uid) ?? cards.get(line.uid).querySelector("textarea");
    const place = cards.get(line.uid).querySelector(".parts-place");
    const form = () => partsForm(box, { key: line.uid, title: "Its parts, which take the place of the words above", save: "Save" }, lineOf(line.uid).parts, line.choices, () => save(line.uid));
    return [
      ...(line.sure ? [] : [button("Confirm", () => keep(line.uid), { class: "confirm", "data-control": "keep", "aria-label": `Confirm${about}` })]),
      button("↑", () => shift(line.uid, -1), { "data-control": "up", disabled: at === 0, title: "Move up", "aria-label": `Move up${about}` }),
      button("↓", () => shift(line.uid, 1), { "data-control": "down", disabled: at === total - 1, title: "Move down", "aria-label": `Move down${about}` }),
      menu("Move to", `Move to another section${about}`, others.map((s) => [s.heading, () => send(line.uid, s.name)])),
      ...(line.parts ? [button("Parts", () => openParts(line.uid, box, place, form), { title: "Chosen, over, because, cost", "aria-label": `Chosen, over, because and cost of${about}` })] : []),
      button("Drop", () => drop(line.uid), { "data-control": "drop", "aria-label": `Drop${about}` }),
    ];
  });
}

function sectionPart(section) {
  const box = h("textarea", { id: `add-${section.name}`, rows: "1", dir: "auto", class: "field", "data-section": section.name, placeholder: "Add a line of your own…",
    input: () => { fit(box); persist(); schedulePreview(); },
    keydown: (event) => { if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); add(section.name, box); } } });
  const place = h("div", { class: "parts-place" });
  const known = () => [...allLines(), ...view.left_out].flatMap((line) => line.choices);
  const form = () => partsForm(box, { key: box.id, title: "A trade-off of your own", save: "Add it" }, { chosen: "", over: "", because: "", cost: "" }, known(), () => add(section.name, box));
  return h("section", { class: "part", id: `part-${section.name}`, "aria-labelledby": `title-${section.name}` },
    h("h2", { id: `title-${section.name}` }, `${section.heading} `, h("span", { class: "count" })),
    h("p", { class: "hint" }), h("ul"), place,
    h("div", { class: "add" }, h("label", { for: box.id, class: "unseen" }, `Add a line to ${section.heading}`), box,
      section.name === "tradeoffs" ? button("In parts", () => openParts(box.id, box, place, form), { title: "Chosen, over, because, cost" }) : null,
      button("Add", () => add(section.name, box), { "aria-label": `Add to ${section.heading}` })));
}

function drawSection(section) {
  const part = $(`part-${section.name}`) ?? $("sections").appendChild(sectionPart(section));
  part.querySelector(".count").textContent = section.lines.length || "";
  const hint = part.querySelector(".hint");
  hint.hidden = section.lines.length > 0;
  redraw(hint, section.why_empty, () => sentence(section.why_empty || "nothing here yet"));
  const list = part.querySelector("ul");
  list.hidden = !section.lines.length;
  section.lines.forEach((line, at) => {
    if (!cards.has(line.uid)) cards.set(line.uid, card(line.uid));
    const made = cards.get(line.uid);
    if (list.children[at] !== made) list.insertBefore(made, list.children[at] ?? null);
    drawCard(made, { ...line, section: section.name, heading: section.heading }, at, section.lines.length);
  });
}

function drawField(id) {
  const box = $(id);
  const mine = unsaved.get(id);
  const words = mine ? mine.text : (view[id] ?? "");
  if (box.value !== words) box.value = words;
  fit(box);
}

/** Draw all of it, with the caret where it was. */
function draw() {
  const active = document.activeElement;
  const place = active?.closest?.("[data-uid]")?.dataset.uid;
  const control = active?.dataset?.control;
  view.sections.forEach(drawSection);
  const here = new Set(allLines().map((line) => line.uid));
  for (const [uid, made] of [...cards]) if (!here.has(uid)) { made.remove(); cards.delete(uid); parting.delete(uid); }
  drawField("headline");
  drawField("maintenance");
  $("maintenance-part").hidden = view.maintenance === null;
  drawPanels();
  if (place && cards.has(place) && !cards.get(place).contains(document.activeElement)) focusOn(place, control);
}

function focusOn(uid, control) {
  const made = cards.get(uid);
  const wanted = control === "line" ? made : control && made?.querySelector(`[data-control="${control}"]`);
  (wanted && !wanted.disabled ? wanted : made?.querySelector("textarea"))?.focus();
}
