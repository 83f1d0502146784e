// Charts that answer to the mouse. Without them the same lines stand there as a drawing.

import "./vega.js";

const isDark = () =>
  getComputedStyle(document.documentElement).colorScheme === "dark" ||
  (document.documentElement.dataset.theme !== "light" && document.documentElement.dataset.theme !== "dark" &&
    matchMedia("(prefers-color-scheme: dark)").matches);

async function draw(figure) {
  const answer = await fetch(`${figure.dataset.chart}&theme=${isDark() ? "dark" : "light"}`);
  if (!answer.ok) return;
  const chart = await answer.json();
  delete chart.title; // the sentence above says it
  chart.width = "container";
  chart.autosize = { type: "fit-x", contains: "padding" };
  chart.config = { ...chart.config, background: null, padding: { left: 0, right: 0, top: 4, bottom: 8 } };
  const place = document.createElement("div");
  place.className = "vega";
  figure.append(place);
  const options = { actions: false, ast: true, renderer: "canvas", defaultStyle: false, tooltip: { disableDefaultStyle: true } };
  try {
    const { view } = await window.vegaEmbed(place, chart, options);
    view.addEventListener("click", (event, item) => {
      if (item?.datum?.who) location.href = item.datum.who;
    });
    figure.querySelector(".drawing").remove();
    figure.parentElement.querySelector(".legend")?.remove();
  } catch (error) {
    place.remove();
    console.error(error);
  }
}

const drawAll = (root) => root.querySelectorAll("[data-chart]").forEach(draw);
drawAll(document);
document.addEventListener("htmx:afterSwap", (event) => drawAll(event.detail.elt.parentElement ?? document));
