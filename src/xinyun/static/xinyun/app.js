// Comfort only: every page and every control works without this file.
const root = document.documentElement;

// Reading size and contrast: the links in the strip work by themselves (the server keeps a cookie);
// here the same choice is made at once, without a round trip.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-set]");
  if (!link) return;
  event.preventDefault();
  const [name, value] = link.dataset.set.split(":");
  if (value) root.dataset[name] = value; else delete root.dataset[name];
  const kept = `${root.dataset.scale || ""}.${root.dataset.contrast || ""}`;
  document.cookie = `reading=${kept};path=/;max-age=31536000;samesite=lax`;
  const next = [...link.closest("li").querySelectorAll("a")].find((other) => other.offsetParent);
  if (next) next.focus();
});

// Copy buttons appear only where copying works.
for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", () => navigator.clipboard.writeText(button.dataset.copy).then(() => {
    document.getElementById(button.getAttribute("aria-describedby")).textContent = button.dataset.done;
  }));
}

// Live search: one debounced "seek" event; never on half-typed pinyin (an input method is composing).
let timer;
const seek = (event) => {
  const form = event.target.form;
  if (!form || form.getAttribute("hx-trigger") !== "seek" || (event.type === "input" && event.isComposing)) return;
  clearTimeout(timer);
  timer = setTimeout(() => form.dispatchEvent(new CustomEvent("seek")), 350);
};
document.addEventListener("input", seek);
document.addEventListener("compositionend", seek);

// A live search that fails leaves the page as it is and says so where the count stands; htmx would show the error page.
const failed = (event) => {
  const results = document.getElementById("results");
  if (!results) return;
  event.preventDefault();
  results.querySelector("[role=status]").textContent = results.dataset.failed;
};
document.addEventListener("htmx:before:response", (event) => {
  if (event.detail.ctx.response.status >= 400) failed(event);
});
document.addEventListener("htmx:error", failed);

// A proposal that is accepted is written into its field at once; without script the server writes it.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-fill]");
  if (!button) return;
  const fields = [...button.form.elements].filter((one) => one.name === button.dataset.fill);
  event.preventDefault();
  const wanted = button.dataset.value.split("；");
  for (const field of fields) {
    if (field.type === "checkbox") field.checked = wanted.includes(field.value);
    else field.value = button.dataset.value;
  }
  fields[0].focus();
});

// After a form was sent, reading goes on where its answer stands.
const answer = document.querySelector("[autofocus][tabindex]");
if (answer) answer.focus();

// On phones the filters start closed, so that results come first.
const closeFilters = () => {
  if (!matchMedia("(max-width: 55.99em)").matches) return;
  for (const filters of document.querySelectorAll("details.filters")) filters.removeAttribute("open");
};
closeFilters();
document.addEventListener("htmx:after:swap", closeFilters);
