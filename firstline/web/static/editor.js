// Reads the first rows again when something in the mapping editor changes, and puts the answer in its place.
// Without this script the button "Read again" does the same.

let change = 0;
let timer;

addEventListener("input", ({ target }) => {
  if (!target.form?.matches("[data-editor]") || target.id === "exported-at") return;
  change += 1;
  clearTimeout(timer);
  timer = setTimeout(readAgain, 500, target.form, change);
});

async function readAgain(form, number) {
  tell("Reading again");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    // what was changed meanwhile is on its way already
    if (number !== change) return;
    const fresh = page.getElementById("editor");
    if (!fresh) throw new Error(page.querySelector("main")?.textContent.trim() || "The answer cannot be shown");
    swap(fresh);
    tell("Read again");
  } catch (error) {
    if (number === change) tell(`Not read: ${error.message}`);
  }
}

function swap(fresh) {
  const held = document.activeElement?.id;
  const exported = document.getElementById("exported-at").value;
  const [from, to] = [document.activeElement?.selectionStart, document.activeElement?.selectionEnd];
  document.getElementById("editor").replaceWith(document.adoptNode(fresh));
  document.getElementById("exported-at").value = exported;
  const again = held && document.getElementById(held);
  if (!again) return;
  again.focus({ preventScroll: true });
  if (from !== undefined && from !== null && again.setSelectionRange && again.type === "text") again.setSelectionRange(from, to);
}

function tell(words) {
  document.querySelector("[data-status]").textContent = words;
}
