// Reads the first rows again when something in the mapping editor changes, and puts the answer in its place.
// Without this script the button "Read again" does the same.

let change = 0;
let timer;
let reading = false;

addEventListener("input", ({ target }) => {
  if (!target.form?.matches("[data-editor]") || target.id === "exported-at") return;
  if (target.matches("[data-find]")) return find(target.value);
  change += 1;
  clearTimeout(timer);
  timer = setTimeout(readAgain, 500);
});

async function readAgain() {
  // one at a time: what is changed meanwhile is read when the answer is there
  if (reading) return;
  reading = true;
  const number = change;
  const form = document.querySelector("[data-editor]");
  tell("Reading again");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("editor");
    if (number === change) {
      if (!fresh) throw new Error(page.querySelector("main")?.textContent.trim() || "The answer cannot be shown");
      swap(fresh);
      tell("Read again");
    }
  } catch (error) {
    if (number === change) tell(`Not read: ${error.message}`);
  }
  reading = false;
  if (number !== change) readAgain();
}

function swap(fresh) {
  const held = document.activeElement?.id;
  const exported = document.getElementById("exported-at").value;
  const [from, to] = [document.activeElement?.selectionStart, document.activeElement?.selectionEnd];
  // what a person opened stays open
  for (const one of document.querySelectorAll("#editor details[id][open]")) {
    fresh.querySelector(`#${one.id}`)?.setAttribute("open", "");
  }
  document.getElementById("editor").replaceWith(document.adoptNode(fresh));
  document.getElementById("exported-at").value = exported;
  const again = held && document.getElementById(held);
  if (!again) return;
  // a column that was chosen may have left the folded ones
  again.focus({ preventScroll: true });
  if (from !== undefined && from !== null && again.setSelectionRange && again.type === "text") again.setSelectionRange(from, to);
}

function find(text) {
  const sought = text.trim().toLowerCase();
  let folded = false;
  for (const column of document.querySelectorAll("[data-sought]")) {
    column.hidden = !column.dataset.sought.includes(sought);
    folded ||= !column.hidden && column.closest("#left-out") !== null;
  }
  if (sought && folded) document.getElementById("left-out").open = true;
}

function tell(words) {
  document.querySelector("[data-status]").textContent = words;
}
