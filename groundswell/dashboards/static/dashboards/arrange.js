// Cards are put into another order by dragging their grips or by the arrow keys on them, and made wider or narrower by
// their right edge or with Shift. What comes of it is sent once it is done. Without this the menus of the cards do it.

const WIDTHS = [3, 4, 6, 8, 9, 12];
const PAUSE = 600; // ms after the last key
const board = document.getElementById("board");
const status = document.getElementById("arranged");
const cards = () => [...board.querySelectorAll("[data-card]")];
const arrangement = () => cards().map((card) => `${card.dataset.card}:${card.dataset.width}`).join(",");
let saved = arrangement();
let timer = 0;

async function save() {
  clearTimeout(timer);
  const order = arrangement();
  if (order === saved) return;
  const headers = JSON.parse(document.body.getAttribute("hx-headers"));
  const body = new URLSearchParams({ order });
  const answer = await fetch(board.dataset.arranges, { method: "POST", headers, body, keepalive: true }).catch(() => null);
  if (answer?.ok) saved = order;
  else complain();
}

function complain() {
  const note = document.createElement("p");
  note.className = "note bad";
  note.setAttribute("role", "alert");
  note.textContent = board.dataset.failed;
  board.before(note);
}

function say(card) {
  const place = { place: cards().indexOf(card) + 1, all: cards().length };
  const name = card.querySelector("h2")?.textContent.trim() ?? "";
  status.textContent = `${name} ${board.dataset.said.replace(/\{(\w+)\}/g, (_, key) => place[key])}`;
}

// moves cards to where a change of the page puts them, unless somebody does not like that
function glide(change) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return change();
  const before = new Map(cards().map((card) => [card, card.getBoundingClientRect()]));
  change();
  for (const [card, was] of before) {
    const is = card.getBoundingClientRect();
    const [x, y] = [was.left - is.left, was.top - is.top];
    if (x || y) card.animate([{ translate: `${x}px ${y}px` }, { translate: "0 0" }], { duration: 160, easing: "ease-out" });
  }
}

function widen(card, width) {
  if (Number(card.dataset.width) === width) return;
  glide(() => {
    card.classList.replace(`w${card.dataset.width}`, `w${width}`);
    card.dataset.width = width;
  });
}

function step(card, by) {
  const all = cards();
  const other = all[all.indexOf(card) + by];
  if (other) glide(() => (by < 0 ? other.before(card) : other.after(card)));
}

board.addEventListener("keydown", (event) => {
  const grip = event.target.closest("[data-grip]");
  const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
  if (!grip || !by) return;
  event.preventDefault();
  const card = grip.closest("[data-card]");
  if (event.shiftKey) widen(card, WIDTHS[WIDTHS.indexOf(Number(card.dataset.width)) + by] ?? Number(card.dataset.width));
  else step(card, by);
  grip.focus(); // moving an element in the page takes the focus from it
  say(card);
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE);
});
addEventListener("pagehide", () => {
  if (arrangement() !== saved) save();
});

// follows the pointer from where it went down to where it comes up; Escape puts everything back. It listens on the whole
// page: an element that is moved in it lets go of the pointer.
function follow({ move, done }) {
  const begun = cards().map((card) => [card, Number(card.dataset.width)]);
  const over = new AbortController();
  const end = (isKept) => {
    over.abort();
    document.documentElement.classList.remove("is-arranging");
    if (isKept) save();
    else glide(() => begun.forEach(([card, width]) => (board.append(card), widen(card, width))));
    done();
  };
  const on = (name, act) => document.addEventListener(name, act, { signal: over.signal, capture: true });
  on("pointermove", move);
  on("pointerup", () => end(true));
  on("pointercancel", () => end(false));
  on("keydown", (event) => event.key === "Escape" && end(false));
  document.documentElement.classList.add("is-arranging");
}

function lift(card) {
  card.classList.add("is-lifted");
  const move = (event) => {
    const under = document.elementsFromPoint(event.clientX, event.clientY).map((each) => each.closest("[data-card]"));
    const other = under.find((each) => each && each !== card);
    if (!other || other.getAnimations().length) return;
    const isLater = card.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
    glide(() => (isLater ? other.after(card) : other.before(card)));
  };
  const done = () => {
    card.classList.remove("is-lifted");
    say(card);
  };
  follow({ move, done });
}

function stretch(card) {
  const { left } = card.getBoundingClientRect();
  const column = board.getBoundingClientRect().width / 12;
  const move = (event) => {
    const wanted = (event.clientX - left) / column;
    widen(card, WIDTHS.reduce((best, width) => (Math.abs(width - wanted) < Math.abs(best - wanted) ? width : best)));
  };
  follow({ move, done: () => say(card) });
}

board.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  const card = event.target.closest("[data-card]");
  if (event.target.closest("[data-grip]")) lift(card);
  else if (event.target.matches(".edge")) stretch(card);
  else return;
  event.preventDefault(); // nothing is selected on the way
});

for (const card of cards()) {
  card.querySelector("[data-grip]").hidden = false;
  const edge = document.createElement("span");
  edge.className = "edge";
  card.append(edge);
}
