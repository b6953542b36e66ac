// Doing: each act is saved to the file at once, under the hash of the file that this page shows. Where somebody else
// wrote the file meanwhile, nothing is written: the page shows both, and the person decides.

let trouble = "";
let queue = Promise.resolve();
let waiting = 0;
let gone = false;

function say(text, bad = false) {
  $("status").textContent = text;
  $("status").classList.toggle("bad", bad);
  clearTimeout(say.timer);
  if (!bad) say.timer = setTimeout(() => { $("status").textContent = ""; }, 4000);
}

async function ask(path, body) {
  const options = body ? { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf }, body: JSON.stringify(body) } : {};
  const answer = await fetch(path, options);
  if (answer.status === 403) throw new Error("refused");
  return { status: answer.status, value: await answer.json() };
}

const LOST = "Not connected: the review in the terminal has ended. Nothing more is saved from this page.";

/** One request after the other: each needs the state that the one before left. */
function enqueue(job) {
  waiting += 1;
  queue = queue.then(job).catch(() => {
    trouble = LOST;
    say("Not saved: no connection", true);
    draw();
    return false;
  }).finally(() => { waiting -= 1; });
  return queue;
}

function show(next, { acted, elsewhere } = {}) {
  recognise(next, acted);
  const before = view;
  view = next;
  trouble = "";
  if (elsewhere && before) news.push(...differences(before, next));
  const lost = rescue(before);
  persist();
  draw();
  schedulePreview();
  if (lost) say("A line that you typed in is gone from the file; your words for it are kept on top.", true);
}

/** Do something to the file; `make` gives the acts once it is their turn. Gives whether it was done. */
function act(make, said, acted) {
  return enqueue(async () => {
    for (const again of [true, false]) {
      const acts = make();
      if (!acts) return false;
      const { status, value } = await ask("/act", { seen: view.seen, acts });
      if (status === 200) {
        acted?.done?.();
        show(value, { acted });
        say(said);
        return true;
      }
      if (status !== 409) {
        say(`Not saved: ${value.error ?? "the page asked for too much"}`, true);
        return false;
      }
      show(value, { elsewhere: true });
      // Words for a line that nobody else touched can stand beside the other change; all else is decided anew.
      if (!acted?.safe?.() || !again) break;
    }
    say("Not done: the file was changed elsewhere. Look at it again.", true);
    return false;
  });
}

const at = (uid) => lineOf(uid)?.at;
const one = (uid, deed) => () => (at(uid) === undefined ? null : [{ at: at(uid), ...deed }]);

function typed(uid, box) {
  const base = unsaved.get(uid)?.base ?? saved(uid);
  const line = lineOf(uid);
  if (tidy(box.value) === base && base === saved(uid)) unsaved.delete(uid);
  else unsaved.set(uid, { text: box.value, base, section: line?.section, refs: line?.refs ?? [] });
  cards.get(uid)?.classList.toggle("unsaved", unsaved.has(uid));
  fit(box);
  persist();
  schedulePreview();
}

function worded(uid, text) {
  if (uid === "headline") return [{ do: "entitle", text }];
  if (uid === "maintenance") return [{ do: "maintain", text }];
  return at(uid) === undefined ? null : [{ do: "reword", at: at(uid), text }];
}

/** Save the words of a line, unless the line was changed elsewhere meanwhile. */
function save(uid) {
  const mine = unsaved.get(uid);
  if (!mine || mine.base !== saved(uid)) return Promise.resolve(!mine);
  if (!tidy(mine.text) && uid !== "maintenance") {
    say("Not saved: a line needs words. To take it out, drop it; Esc brings the old words back.", true);
    return Promise.resolve(false);
  }
  const text = mine.text;
  const done = () => {
    const now = unsaved.get(uid);
    if (now && now.text === text) unsaved.delete(uid);
    else if (now) now.base = tidy(text);
  };
  const safe = () => unsaved.get(uid)?.base === saved(uid);
  return act(() => (unsaved.has(uid) && safe() ? worded(uid, text) : null), "Saved", { uid, text, done, safe });
}

function insist(uid) {
  const mine = unsaved.get(uid);
  mine.base = saved(uid);
  save(uid);
}

function forget(uid) {
  unsaved.delete(uid);
  persist();
  draw();
  schedulePreview();
}

async function saveAll() {
  for (const uid of [...unsaved.keys()]) await save(uid);
  for (const box of adding()) await add(box.dataset.section, box);
}

const reword = (uid, text) => act(one(uid, { do: "reword", text }), "Saved", { uid, text });
const send = (uid, section) => act(one(uid, { do: "send", section }), "Moved");
const shift = (uid, step) => act(one(uid, { do: "shift", step }), step > 0 ? "Moved down" : "Moved up");
const promote = (refs, section) => act(() => [{ do: "promote", refs, section }], "Told now");

async function keep(uid) {
  const next = allLines().find((line) => !line.sure && line.uid !== uid);
  if (!(await act(one(uid, { do: "keep" }), "Confirmed"))) return;
  if (next && cards.has(next.uid)) focusOn(next.uid, "keep");
  else focusOn(uid);
}

async function drop(uid) {
  const line = lineOf(uid);
  const near = view.sections.find((s) => s.name === line.section).lines;
  const k = near.findIndex((other) => other.uid === uid);
  const next = near[k + 1] ?? near[k - 1];
  if (!(await act(one(uid, { do: "drop" }), "Dropped; Undo brings it back"))) return;
  if (next && cards.has(next.uid)) focusOn(next.uid);
  else $(`add-${line.section}`).focus();
}

async function add(section, box) {
  const text = box.value;
  if (!text.trim()) return box.focus();
  if (await act(() => [{ do: "add", section, text }], "Added")) {
    if (box.value === text) box.value = "";
    fit(box);
    persist();
  }
}

async function adopt(k, section) {
  const mine = orphans[k];
  if (await act(() => [{ do: "add", section, text: mine.text }], "Added")) {
    orphans = orphans.filter((other) => other !== mine);
    persist();
    draw();
  }
}

function undo() {
  return enqueue(async () => {
    const { status, value } = await ask("/undo", { seen: view.seen });
    if (status === 422) return say(`Not undone: ${value.error}`, true);
    show(value, { elsewhere: status === 409 });
    say(status === 200 ? "Undone" : "Not undone: the file was changed elsewhere.", status !== 200);
  });
}

async function leave() {
  await queue;
  await saveAll();
  if (anythingUnsaved()) return say("Some words are not saved yet; decide about them first.", true);
  await enqueue(async () => {
    await ask("/leave", { seen: view.seen });
    gone = true;
    const open = allLines().filter((line) => !line.sure).length;
    document.body.replaceChildren(h("main", { class: "over" }, h("h1", {}, "Saved"),
      h("p", {}, `Everything is in ${view.file}${open ? `; ${open} left to decide` : "; nothing is left to decide"}. You can close this tab.`)));
  });
}

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

const shown = { form: "mail", scheme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light", width: "wide", mail: "", src: "" };
let previewed = 0;

function schedulePreview() {
  clearTimeout(schedulePreview.timer);
  schedulePreview.timer = setTimeout(preview, 350);
}

/** The digest as it would be with what is typed; the last line first, since a line may come out shorter. */
async function preview() {
  const turn = ++previewed;
  const lines = [...unsaved].filter(([uid, mine]) => tidy(mine.text) && mine.base === saved(uid)).flatMap(([uid, mine]) => worded(uid, mine.text) ?? []);
  const acts = [...lines.sort((a, b) => (b.at ?? 0) - (a.at ?? 0)), ...adding().map((box) => ({ do: "add", section: box.dataset.section, text: box.value }))];
  try {
    const { status, value } = await ask("/preview", { seen: view.seen, acts });
    if (turn !== previewed || status !== 200 || gone) return;
    $("markdown").textContent = value.markdown;
    shown.mail = value.mail;
    drawPreview();
  } catch {
    // The next act, or the next look at the file, says that there is no connection.
  }
}

function drawPreview() {
  for (const press of document.querySelectorAll(".switch button")) {
    const [[name, value]] = Object.entries(press.dataset);
    press.setAttribute("aria-pressed", String(shown[name] === value));
  }
  $("mail-stage").hidden = shown.form !== "mail";
  $("markdown").hidden = shown.form === "mail";
  for (const group of document.querySelectorAll(".of-mail")) group.hidden = shown.form !== "mail";
  $("mail-stage").classList.toggle("phone", shown.width === "phone");
  const src = `/mail/${shown.mail}/${shown.scheme}`;
  if (!shown.mail || shown.src === src) return;
  shown.src = src;
  const fresh = $("mail").cloneNode(); // a frame that is navigated leaves a step for the Back button
  fresh.src = src;
  $("mail").replaceWith(fresh);
}

/** Whether somebody else wrote the file. */
async function watch() {
  if (document.hidden || waiting || gone) return;
  try {
    const { value } = await ask("/seen");
    if (waiting || gone || (value.seen === view.seen && !trouble)) return;
    const { status, value: next } = await ask("/view");
    if (waiting || gone) return;
    if (status === 200 && next.seen !== view.seen) show(next, { elsewhere: true });
    else if (status !== 200) trouble = `The file cannot be read now: ${next.error}`;
    else trouble = "";
  } catch {
    trouble = LOST;
  }
  draw();
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
$("filter").addEventListener("input", drawLeft);
$("left-all").addEventListener("click", () => {
  shown.all = true;
  drawLeft();
  $("left").children[FEW]?.querySelector("summary").focus();
});
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
