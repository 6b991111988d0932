// Makes the import form take dropped files, and sends each by itself: one after the other, with its progress, and
// the server's own words about it in its place. Without this script the form sends all of them at once.

const form = document.querySelector("form[data-upload]");
const sent = document.querySelector("[data-sent]");
const chosen = form.querySelector("input[name=file]");
const waiting = [];
let busy = false;
let count = 0;

form.querySelector("[data-drop-hint]").hidden = false;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  take(chosen.files);
});
for (const kind of ["dragenter", "dragover"]) {
  form.addEventListener(kind, (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    form.classList.add("over");
  });
}
form.addEventListener("dragleave", (event) => {
  if (!form.contains(event.relatedTarget)) form.classList.remove("over");
});
form.addEventListener("drop", (event) => {
  event.preventDefault();
  form.classList.remove("over");
  take(event.dataTransfer.files);
});

function take(files) {
  for (const file of files) waiting.push({ file, place: placeFor(file), isAlone: files.length === 1 });
  chosen.value = "";
  next();
}

function placeFor(file) {
  const place = document.createElement("div");
  place.className = "card";
  place.append(Object.assign(document.createElement("p"), { textContent: `${file.name}: waits for its turn` }));
  sent.append(place);
  return place;
}

async function next() {
  if (busy || !waiting.length) return;
  busy = true;
  const { file, place, isAlone } = waiting.shift();
  try {
    if (file.size > Number(form.dataset.limitMb) * 1e6) throw new Error(`is larger than ${form.dataset.limitMb} MB; import it on the command line`);
    show(place, await send(file, place));
    const editor = place.querySelector("[data-waits]");
    if (editor && isAlone) location.assign(editor.href);
  } catch (error) {
    place.className = "error";
    place.textContent = `${file.name} ${error.message}.`;
  }
  busy = false;
  next();
}

function send(file, place) {
  const words = place.firstChild;
  const bar = Object.assign(document.createElement("progress"), { max: 1 });
  bar.setAttribute("aria-label", `Progress of ${file.name}`);
  place.append(bar);
  const content = new FormData(form);
  content.set("file", file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let asking;
    const tell = (event) => {
      bar.value = event.loaded / event.total;
      words.textContent = `${file.name}: ${Math.floor(100 * bar.value)} % sent`;
    };
    request.upload.addEventListener("progress", tell);
    request.upload.addEventListener("load", () => {
      bar.removeAttribute("value");
      words.textContent = `${file.name}: is being imported`;
      asking = setInterval(() => tellStep(file, words), 1000);
    });
    request.addEventListener("loadend", () => clearInterval(asking));
    request.addEventListener("load", () => resolve(request.response));
    request.addEventListener("error", () => reject(new Error("could not be sent; is the server still running?")));
    request.responseType = "document";
    request.open("POST", form.action);
    request.send(content);
  });
}

async function tellStep(file, words) {
  const answer = await fetch("/sources/import/progress.json");
  const { step } = await answer.json();
  if (step && words.isConnected) words.textContent = `${file.name}: is being imported (${step})`;
}

function show(place, page) {
  count += 1;
  const told = page.querySelector("[data-results]") ?? page.querySelector("main");
  for (const each of told.querySelectorAll("[id]")) each.id += `-${count}`;
  for (const each of told.querySelectorAll("[aria-labelledby]")) {
    each.setAttribute("aria-labelledby", `${each.getAttribute("aria-labelledby")}-${count}`);
  }
  for (const heading of told.querySelectorAll("h1")) heading.replaceWith(heading.textContent);
  place.className = "sections";
  place.replaceChildren(...told.childNodes);
}
