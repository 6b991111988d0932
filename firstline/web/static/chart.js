// Draws every chart of the page from the specification that the server wrote beside it.
// The specification decides everything; here only the theme is chosen and the drawing started.

const dark = matchMedia("(prefers-color-scheme: dark)");

async function draw(place) {
  const { spec, themes } = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  const theme = themes[dark.matches ? "dark" : "light"];
  const { view } = await window.vegaEmbed(place, spec, {
    ast: true, // expressions are interpreted, so the policy needs no unsafe-eval
    actions: false,
    config: theme,
    defaultStyle: false,
    renderer: "svg",
    tooltip: { disableDefaultStyle: true },
  });
  place.classList.remove("waiting");
  return view;
}

function drawAll() {
  for (const place of document.querySelectorAll("[data-chart]")) {
    draw(place).catch((error) => {
      place.classList.remove("waiting");
      place.textContent = "The chart could not be drawn; the table below holds the same figures.";
      console.error(error);
    });
  }
}

dark.addEventListener("change", drawAll);
drawAll();
