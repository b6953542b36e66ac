// The preview: the digest as it would go out with what is typed, saved or not.

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
