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
  else unsaved.set(uid, { text: box.value, base, offer: unsaved.get(uid)?.offer ?? line?.offer ?? "", section: line?.section, refs: line?.refs ?? [] });
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

/** Whether a person has seen what the source of a line says now: saving words decides about that, too. */
const sameOffer = (uid) => !lineOf(uid)?.offer || unsaved.get(uid)?.offer === lineOf(uid).offer;

/** Save the words of a line, unless the line was changed elsewhere meanwhile. */
function save(uid) {
  const mine = unsaved.get(uid);
  if (!mine || mine.base !== saved(uid)) return Promise.resolve(!mine);
  if (!sameOffer(uid)) {
    say("Not saved yet: the source of this line changed while you were typing. Look at both.", true);
    return Promise.resolve(false);
  }
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
  const safe = () => unsaved.get(uid)?.base === saved(uid) && sameOffer(uid);
  return act(() => (unsaved.has(uid) && safe() ? worded(uid, text) : null), "Saved", { uid, text, done, safe });
}

function insist(uid) {
  const mine = unsaved.get(uid);
  if (!mine) return keep(uid);
  mine.base = saved(uid);
  mine.offer = lineOf(uid)?.offer ?? "";
  return save(uid);
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
const take = (uid, text) => { forget(uid); return reword(uid, text); };
const send = (uid, section) => act(one(uid, { do: "send", section }), `Moved to ${view.sections.find((s) => s.name === section).heading}`);
const shift = (uid, step) => act(one(uid, { do: "shift", step }), step > 0 ? "Moved down" : "Moved up");

/** Tell what was left out, and go on to what stands below it. */
async function promote(refs, section) {
  const k = [...$("left").children].findIndex((item) => item.dataset.refs === refs.join(" "));
  if (!(await act(() => [{ do: "promote", refs, section }], "Told now"))) return;
  const items = $("left").children;
  ((items[k] ?? items[k - 1])?.querySelector(".menu summary") ?? $("draft")).focus();
}

/** Tell again what was taken out, and go on to the next of it; at the end to the line. */
async function putBack({ text, sure, refs, section, heading }, k) {
  if (!(await act(() => [{ do: "restore", text, sure, refs, section }], `Put back in ${heading}`))) return;
  const items = $("taken").children;
  const line = allLines().findLast((other) => other.section === section && other.text === text);
  const next = (items[k] ?? items[k - 1])?.querySelector(".tools button");
  if (next) next.focus();
  else focusOn(line.uid, "line");
}

/** What is to be decided after a line, from the top again behind the last one. */
function nextOpen(uid) {
  const lines = allLines();
  const k = lines.findIndex((line) => line.uid === uid);
  return [...lines.slice(k + 1), ...lines.slice(0, Math.max(k, 0))].find((line) => !line.sure || line.doubt);
}

/** Do what decides about a line, and go on to the next that is to be decided. */
async function decide(uid, make, said, control) {
  const next = nextOpen(uid);
  if (!(await act(make, said))) return;
  if (next && cards.has(next.uid)) focusOn(next.uid, control ?? (next.sure ? "join" : "keep"));
  else focusOn(uid, control ?? "keep");
}

const keep = (uid, control) => decide(uid, one(uid, { do: "keep" }), "Confirmed", control);
const asked = (uid) => (lineOf(uid)?.doubt ? [{ do: "apart", refs: lineOf(uid).doubt.refs }] : null);
const apart = (uid) => decide(uid, () => asked(uid), "Kept apart");

/** What `k` does in the prompt: the line stands as it is, no guess any more and one of its own. */
const stand = (uid) => decide(uid, () => [...(lineOf(uid).sure ? [] : one(uid, { do: "keep" })()), ...(asked(uid) ?? [])], "Kept as it stands", "line");

/** Tell lines that may be one as one, and stay at it: it may want other words. */
async function join(uid, control) {
  if (await act(one(uid, { do: "join" }), "Joined; Undo takes them apart again")) focusOn(uid, control);
}

async function drop(uid, control) {
  const line = lineOf(uid);
  const near = view.sections.find((s) => s.name === line.section).lines;
  const k = near.findIndex((other) => other.uid === uid);
  const next = near[k + 1] ?? near[k - 1];
  if (!(await act(one(uid, { do: "drop" }), "Dropped; Undo brings it back"))) return;
  if (next && cards.has(next.uid)) focusOn(next.uid, control);
  else $(`add-${line.section}`).focus();
}

async function add(section, box) {
  const text = box.value;
  if (!text.trim()) return box.focus();
  const added = await act(() => [{ do: "add", section, text }], "Added");
  if (added && box.value === text) box.value = "";
  fit(box);
  persist();
  return added;
}

async function adopt(k, section) {
  const mine = orphans[k];
  if (await act(() => [{ do: "add", section, text: mine.text }], "Added")) {
    orphans = orphans.filter((other) => other !== mine);
    persist();
    draw();
    $("draft").focus();
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

/** Draft again with what the sources gave since. */
function redraft() {
  return enqueue(async () => {
    const { status, value } = await ask("/redraft", { seen: view.seen });
    if (status === 422) return say(`Not drafted again: ${value.error}`, true);
    show(value, { elsewhere: true });
    $("draft").focus();
    say(status === 200 ? "Drafted again; Undo takes it back" : "Not done: the file was changed elsewhere. Look at it again.", status !== 200);
  });
}

async function leave() {
  await queue;
  await saveAll();
  if (anythingUnsaved()) return say("Some words are not saved yet; decide about them first.", true);
  await enqueue(async () => {
    await ask("/leave", { seen: view.seen });
    gone = true;
    const open = inShort();
    document.body.replaceChildren(h("main", { class: "over" }, h("h1", {}, "Saved"),
      h("p", {}, `Everything is in ${view.file}${open ? `; ${open}` : "; nothing stands in the way"}. You can close this tab.`),
      view.then ? h("p", { class: "hint" }, "Next, in the terminal: ", h("code", {}, allLines().some((line) => !line.sure) ? "digest review" : view.then)) : null));
  });
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
