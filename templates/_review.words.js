"use strict";
// What the page knows: the draft as the server last gave it, and the words that are not saved yet. Those stay here
// until the server has them, whatever becomes of the file, of the connection or of this tab.

const given = JSON.parse(document.getElementById("state").textContent);
const csrf = given.csrf;
const unsaved = new Map(); // uid → {text, base, offer, section, refs}; base and offer are as they were when the typing began
let view = null;
let orphans = []; // words whose line is gone from the file
let news = []; // what somebody else changed in the file
const parting = new Map(); // uid of a line, or id of a field for a new one → its form for the parts of a trade-off
let count = 0;

const linesOf = (some) => (some ? some.sections.flatMap((s) => s.lines.map((line) => ({ ...line, section: s.name, heading: s.heading }))) : []);
const allLines = () => linesOf(view);
const lineOf = (uid) => allLines().find((line) => line.uid === uid);
const tidy = (text) => text.split(/\s+/).filter(Boolean).join(" ");

/** What the file says in a field: a line, the headline or the maintenance line; null where it is gone. */
function saved(uid) {
  if (uid === "headline" || uid === "maintenance") return view[uid];
  return lineOf(uid)?.text ?? null;
}

/** Give each line of `next` the name that it has on the page already, so that the caret and the words stay with it. */
function recognise(next, acted) {
  const left = allLines();
  const mine = next.sections.flatMap((s) => s.lines);
  const key = (line) => line.refs.join(" ");
  const rules = [
    (line, old) => key(line) === key(old) && line.text === old.text,
    (line, old) => line.refs.length > 0 && key(line) === key(old),
    (line, old) => line.refs.some((ref) => old.refs.includes(ref)),
    (line, old) => acted && old.uid === acted.uid && line.text === tidy(acted.text ?? ""),
  ];
  for (const rule of rules) {
    for (const line of mine) {
      if (line.uid) continue;
      const at = left.findIndex((old) => rule(line, old));
      if (at >= 0) line.uid = left.splice(at, 1)[0].uid;
    }
  }
  for (const line of mine) line.uid ??= `line-${++count}`;
}

/** What somebody else did, between two states of the file: what, and to which line. */
function differences(before, after) {
  const old = new Map(linesOf(before).map((line) => [line.uid, line]));
  const found = [];
  for (const line of linesOf(after)) {
    const was = old.get(line.uid);
    old.delete(line.uid);
    const of = { uid: line.uid, text: line.text };
    if (!was) found.push({ ...of, did: `New in ${line.heading}: `, badge: "new" });
    else if (was.text !== line.text) found.push({ ...of, was: was.text, badge: "reworded elsewhere" });
    else if (was.section !== line.section) found.push({ ...of, did: `Now in ${line.heading}: `, badge: "moved here" });
    if (was && line.offer && was.offer !== line.offer) found.push({ uid: line.uid, did: `The source of “${line.text}” now says: `, text: line.offer });
  }
  for (const line of old.values()) found.push({ did: `Gone from ${line.heading}: `, text: line.text });
  if (before.headline !== after.headline) found.push({ was: before.headline, text: after.headline });
  if (before.maintenance !== after.maintenance) found.push({ did: "", text: after.maintenance ?? "The maintenance line was taken out." });
  return found.length ? found : [{ did: "The file was written anew; its lines say the same.", text: "" }];
}

/** The words of `after`, each with whether it stands in `before`, too: the longest run of words that both share. */
function compared(before, after) {
  const [old, now] = [before, after].map((text) => text.split(/\s+/).filter(Boolean));
  const longest = Array.from({ length: old.length + 1 }, () => new Uint16Array(now.length + 1));
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      longest[i][j] = old[i] === now[j] ? longest[i + 1][j + 1] + 1 : Math.max(longest[i + 1][j], longest[i][j + 1]);
    }
  }
  const found = [];
  for (let i = 0, j = 0; j < now.length;) {
    if (i < old.length && old[i] === now[j]) {
      found.push([now[j], true]);
      i++;
      j++;
    } else if (i < old.length && longest[i + 1][j] >= longest[i][j + 1]) i++;
    else found.push([now[j++], false]);
  }
  return found;
}

/** Words that were typed into a line which is no longer there become visible on their own. */
function rescue(before) {
  const already = orphans.length;
  for (const [uid, mine] of [...unsaved]) {
    if (saved(uid) !== null) continue;
    const was = linesOf(before).find((line) => line.uid === uid);
    orphans.push({ text: mine.text, section: was?.section ?? mine.section ?? "progress" });
    unsaved.delete(uid);
  }
  return orphans.length > already;
}

const shelf = () => `digest ${given.view.file}`;

/** Keep what is not saved, so that a reload or a crash of this tab does not take it. */
function persist() {
  const added = Object.fromEntries([...document.querySelectorAll(".add textarea")].map((box) => [box.dataset.section, box.value]));
  const words = [...unsaved].map(([uid, mine]) => ({ uid, ...mine }));
  try {
    sessionStorage.setItem(shelf(), JSON.stringify({ words, orphans, added }));
  } catch {
    // The browser keeps nothing; the page itself still has it.
  }
}

/** Bring back what a reload left behind; a name of a line on the page before means nothing now. */
function restore() {
  let kept = null;
  try {
    kept = JSON.parse(sessionStorage.getItem(shelf()) ?? "null");
  } catch {
    return false;
  }
  if (!kept) return false;
  orphans = kept.orphans;
  for (const { uid, ...mine } of kept.words) {
    const same = (line) => (mine.refs.length ? line.refs.join(" ") === mine.refs.join(" ") : !line.refs.length && line.text === mine.base);
    const field = uid === "headline" || uid === "maintenance" ? uid : allLines().find(same)?.uid;
    if (field && saved(field) === mine.text) continue;
    if (field) unsaved.set(field, mine);
    else orphans.push({ text: mine.text, section: mine.section ?? "progress" });
  }
  for (const box of document.querySelectorAll(".add textarea")) box.value = kept.added[box.dataset.section] ?? "";
  return unsaved.size + orphans.length > 0;
}

const adding = () => [...document.querySelectorAll(".add textarea")].filter((box) => box.value.trim());
const anythingUnsaved = () => unsaved.size > 0 || orphans.length > 0 || adding().length > 0;
