// Suggestions under the search box, as a combobox of WAI-ARIA. Without this file the form works as it is.
for (const form of document.querySelectorAll("form[data-suggest]")) {
  const box = form.querySelector("input[type=search]");
  const list = Object.assign(document.createElement("ul"), { id: "suggestions", className: "suggestions", hidden: true });
  const told = Object.assign(document.createElement("p"), { className: "unseen" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.getAttribute("aria-label"));
  told.setAttribute("aria-live", "polite");
  form.append(list, told);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-controls": "suggestions", "aria-expanded": "false",
  })) box.setAttribute(name, value);

  let timer, asked = 0, composing = false, chosen = -1;
  const options = () => [...list.children];

  const choose = (place) => {
    chosen = place;
    options().forEach((option, n) => option.setAttribute("aria-selected", String(n === place)));
    const option = options()[place];
    if (option) { box.setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }); }
    else box.removeAttribute("aria-activedescendant");
  };
  const close = () => {
    clearTimeout(timer);
    asked += 1; // an answer that is still on its way comes too late
    list.hidden = true;
    told.textContent = "";
    box.setAttribute("aria-expanded", "false");
    choose(-1);
  };
  const marked = (pieces) => pieces.map(([text, found]) => {
    if (!found) return text;
    return Object.assign(document.createElement("mark"), { textContent: text });
  });
  const option = (hit, n) => {
    const item = document.createElement("li"), name = document.createElement("span"), more = document.createElement("small");
    item.id = `suggestion-${n}`;
    item.setAttribute("role", "option");
    item.dataset.code = hit.code;
    name.lang = more.lang = "zh-CN";
    name.append(...marked(hit.pieces));
    for (const key of ["former", "number"]) {
      if (hit[key].length) more.append(`${form.dataset[key]} `, ...marked(hit[key]), " · ");
    }
    more.append([hit.code, hit.division, hit.status, hit.established_on].filter(Boolean).join(" · "));
    item.append(name, more);
    return item;
  };
  const show = (hits) => {
    list.replaceChildren(...hits.map(option));
    list.hidden = !hits.length;
    box.setAttribute("aria-expanded", String(hits.length > 0));
    told.textContent = hits.length ? form.dataset.found.replace("{n}", hits.length) : "";
    choose(-1);
  };
  const go = (item) => location.assign(form.dataset.subject.replace("CODE", encodeURIComponent(item.dataset.code)));

  const ask = async () => {
    const text = box.value.trim(), mine = (asked += 1);
    if ([...text].length < 2) return close();
    try {
      const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(text)}`);
      const found = answer.ok ? await answer.json() : { hits: [] };
      if (mine === asked && document.activeElement === box) show(found.hits);
    } catch { if (mine === asked) close(); } // the form still works
  };
  const soon = () => { clearTimeout(timer); asked += 1; timer = setTimeout(ask, 120); };

  box.addEventListener("compositionstart", () => { composing = true; clearTimeout(timer); asked += 1; });
  box.addEventListener("compositionend", () => { composing = false; soon(); });
  box.addEventListener("input", (event) => { if (!composing && !event.isComposing) soon(); });
  box.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) go(item);
  });
  box.addEventListener("keydown", (event) => {
    if (composing || event.isComposing || list.hidden) return; // the keys are the input method's
    const count = list.children.length;
    if (event.key === "ArrowDown") choose(chosen + 1 < count ? chosen + 1 : -1);
    else if (event.key === "ArrowUp") choose(chosen === -1 ? count - 1 : chosen - 1);
    else if (event.key === "Enter" && chosen >= 0) go(options()[chosen]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  form.addEventListener("submit", close);
}
