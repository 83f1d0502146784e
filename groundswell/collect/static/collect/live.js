// Asks for what came in, unless nobody looks, it is paused, or the filters are being changed.

const EVERY = 2000; // ms
const MOST = 300; // messages that stay on the page

const pause = document.querySelector("[data-pauses]");
const label = pause.querySelector("[data-running]");
pause.hidden = false;
document.querySelector("[data-reloads]").hidden = true;

pause.addEventListener("click", () => {
  const isPaused = pause.getAttribute("aria-pressed") !== "true";
  pause.setAttribute("aria-pressed", isPaused);
  label.textContent = isPaused ? label.dataset.paused : label.dataset.running;
});

const isWatching = () =>
  pause.getAttribute("aria-pressed") !== "true" && !document.hidden && !document.querySelector(".filters :focus");

setInterval(() => {
  const now = document.querySelector("#now[hx-get]");
  if (now && isWatching()) htmx.trigger(now, "look");
}, EVERY);

document.addEventListener("htmx:afterSwap", () => {
  for (const old of document.querySelectorAll(`#stream > li:nth-child(n + ${MOST + 1})`)) old.remove();
});
