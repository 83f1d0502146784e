// A word that opens: its sheet stays inside the window, typing can begin at once, and what is offered holds what was
// typed. Sheets open without this too.

document.addEventListener(
  "toggle",
  (event) => {
    const word = event.target;
    if (!word.matches?.("details.word[open]")) return;
    for (const other of document.querySelectorAll("details.word[open]")) if (other !== word) other.open = false;
    const sheet = word.querySelector(".sheet");
    sheet.classList.remove("right");
    sheet.classList.toggle("right", sheet.getBoundingClientRect().right > innerWidth - 8);
    if (matchMedia("(pointer: fine)").matches) sheet.querySelector("input:not([type=hidden])")?.focus();
  },
  true,
);

document.addEventListener("input", ({ target }) => {
  const offers = target.closest(".sheet")?.querySelectorAll(".offers button.item[value]:not([value=''])");
  if (!target.matches(".pair > input") || !offers) return;
  const typed = target.value.trim().toLowerCase();
  for (const offer of offers) offer.hidden = !offer.value.toLowerCase().includes(typed);
});
