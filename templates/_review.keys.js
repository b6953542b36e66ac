// Keys, and the first drawing.

/** Keys of a line. */
function pressed(uid, event) {
  if (event.isComposing) return;
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (event.altKey && step) {
    event.preventDefault();
    save(uid).then(() => shift(uid, step));
  } else if (event.key === "Escape" && unsaved.has(uid)) {
    event.preventDefault();
    forget(uid);
    say("The old words are back");
  } else if (event.key === "Escape" && cards.has(uid)) {
    focusOn(uid, "line");
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    const boxes = [...document.querySelectorAll("#sections .line textarea")];
    const next = boxes[boxes.indexOf(event.target) + 1];
    const done = unsaved.has(uid) ? save(uid) : lineOf(uid)?.sure === false ? act(one(uid, { do: "keep" }), "Confirmed") : Promise.resolve();
    done.then(() => next?.focus());
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    save(uid);
  }
}

/** Keys of a line while its words are not in hand: the letters of the prompt. */
function strolled(uid, event) {
  const made = cards.get(uid);
  if (event.target !== made) {
    if (event.key === "Escape" && !event.defaultPrevented && event.target.tagName !== "TEXTAREA") made.focus();
    return;
  }
  if (event.ctrlKey || event.metaKey) return;
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const order = allLines().map((line) => line.uid);
  const line = lineOf(uid);
  const to = view.sections[Number(event.key) - 1];
  const does = {
    e: () => focusOn(uid),
    Enter: () => focusOn(uid),
    k: () => (line.doubt ? stand(uid) : line.sure ? say("It is confirmed already") : keep(uid, "line")),
    m: () => (line.doubt ? join(uid, "line") : say("It may be one with no other line")),
    d: () => drop(uid, "line"),
    s: () => { made.querySelector("details.evidence")?.toggleAttribute("open"); },
    n: () => $(`add-${line.section}`).focus(),
    u: () => undo(),
    "?": () => $("keys").showModal(),
  }[event.key];
  if (event.altKey && step) shift(uid, step);
  else if (step) focusOn(order[order.indexOf(uid) + step] ?? uid, "line");
  else if (to && !event.altKey) send(uid, to.name);
  else if (does && !event.altKey) does();
  else return;
  event.preventDefault();
}

/** Where a person has to look first: the next guess, else what stands in the way. */
function goOn() {
  const next = nextOpen(document.activeElement?.closest?.("[data-uid]")?.dataset.uid);
  if (next) return focusOn(next.uid, "line");
  $("checks-part").scrollIntoView({ block: "center" });
  $("checks-title").focus();
}

for (const id of ["headline", "maintenance"]) {
  const box = $(id);
  box.addEventListener("input", () => typed(id, box));
  box.addEventListener("change", () => save(id));
  box.addEventListener("keydown", (event) => pressed(id, event));
}
for (const press of document.querySelectorAll(".switch button")) {
  press.addEventListener("click", () => { Object.assign(shown, press.dataset); drawPreview(); });
}
$("undo").addEventListener("click", undo);
$("leave").addEventListener("click", leave);
$("open").addEventListener("click", goOn);
$("help").addEventListener("click", () => $("keys").showModal());
$("keys-close").addEventListener("click", () => $("keys").close());
$("filter").addEventListener("input", drawLeft);
$("left-all").addEventListener("click", () => {
  shown.all = true;
  drawLeft();
  $("left").children[FEW]?.querySelector("summary").focus();
});
// The keys may be with the mail, in its frame, which no selector of this page sees.
addEventListener("blur", () => $("mail-stage").classList.toggle("held", document.activeElement?.id === "mail"));
addEventListener("focus", () => $("mail-stage").classList.remove("held"));
addEventListener("beforeunload", (event) => { if (anythingUnsaved() && !gone) event.preventDefault(); });
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll(".menu[open]")) if (!open.contains(event.target)) open.open = false;
});
setInterval(watch, 2500);

view = { ...given.view, sections: given.view.sections.map((s) => ({ ...s, lines: [] })) };
recognise(given.view);
view = given.view;
draw();
if (restore()) say("What was not saved before is back");
draw();
schedulePreview();
