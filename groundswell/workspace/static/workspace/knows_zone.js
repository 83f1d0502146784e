// data-knows-zone: a form that begins with the time zone of whoever fills it in
for (const form of document.querySelectorAll("form[data-knows-zone]")) {
  const chosen = form.querySelector("select[name=timezone]");
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const isUntouched = chosen && chosen.value === "UTC" && !form.querySelector(".errorlist");
  if (isUntouched && [...chosen.options].some((option) => option.value === here)) chosen.value = here;
}
