// What a drawing says of the place that somebody points at. Without this the same numbers stand on the question's page.

const box = document.createElement("div");
box.id = "said-here";
box.hidden = true;
box.setAttribute("aria-hidden", "true");
document.body.append(box);

const hide = () => (box.hidden = true);

document.addEventListener("pointermove", (event) => {
  const column = event.target.closest?.("[data-says]");
  if (!column) return hide();
  box.textContent = column.dataset.says;
  box.hidden = false;
  const { width, height } = box.getBoundingClientRect();
  const right = event.clientX + 14 + width < innerWidth;
  box.style.left = `${right ? event.clientX + 14 : Math.max(4, event.clientX - 14 - width)}px`;
  box.style.top = `${Math.max(4, event.clientY - height - 10)}px`;
});
document.addEventListener("scroll", hide, true);
document.documentElement.addEventListener("pointerleave", hide);
