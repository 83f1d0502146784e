// Behaviour of every page, named by what it does. Pages work without it.

const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");

// data-copies: copies the text of the element it names, or its own value
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  const source = button.dataset.copies ? document.getElementById(button.dataset.copies) : null;
  await navigator.clipboard.writeText(source ? source.textContent.trim() : button.value);
  const label = button.textContent;
  button.textContent = button.dataset.done;
  setTimeout(() => (button.textContent = label), 1500);
});

// data-opens: opens the dialog it names
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-opens]");
  if (button) document.getElementById(button.dataset.opens)?.showModal();
});

// a click beside an open menu closes it, and so does Escape
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// data-key: the link or button that a key follows; two letters are typed one after the other
let before = "";
document.addEventListener("keydown", (event) => {
  if (typing(event.target) || event.metaKey || event.ctrlKey || event.altKey || document.querySelector("dialog[open]")) return;
  const keys = before + event.key;
  const target = document.querySelector(`[data-key="${CSS.escape(keys)}"]`) ?? document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  before = /^[a-z]$/.test(event.key) && !target ? event.key : "";
  if (!target) return;
  event.preventDefault();
  if (target.matches("input")) target.focus();
  else target.click();
});

// data-submits: a field that sends its form when it is changed
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
});

// in a search, Enter opens the first that was found
document.addEventListener("submit", (event) => {
  const first = event.target.matches("[role=search]") && event.target.querySelector("#hits a");
  if (!first) return;
  event.preventDefault();
  first.click();
});

// data-asks: asks before a form is sent
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.asks ?? event.target.dataset.asks;
  if (question && !confirm(question)) event.preventDefault();
});

// what the server refuses is shown as well
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status >= 400) event.detail.shouldSwap = true;
});
