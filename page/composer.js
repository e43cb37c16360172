// Given to the component with the question box, after clicks.js.

const form = () => element.querySelector("form");
const box = () => form().elements.question;
const fold = () => element.querySelector("details.filters");

window.chosenLimits = () => {
  const data = new FormData(form());
  return {
    languages: data.getAll("languages"), sources: data.getAll("sources"),
    from: data.get("from") ?? "", to: data.get("to") ?? "",
  };
};

function fit() {
  const area = box();
  area.style.height = "";
  if (area.value) area.style.height = `${Math.min(area.scrollHeight + 2, 170)}px`;
}

function fill(text) {
  box().value = text;
  fit();
  box().focus();
}

function ask() {
  const question = box().value;
  if (question.trim()) {
    document.dispatchEvent(new Event("articles:ask"));
    box().value = "";
    fit();
    // The keyboard of a phone would cover the answer.
    if (matchMedia("(hover: none)").matches) box().blur();
  }
  open = false;
  fold().open = false;
  trigger("ask", { question, ...window.chosenLimits() });
}

function changed() {
  const { languages, sources, from, to } = window.chosenLimits();
  const count = Boolean(languages.length) + Boolean(sources.length) + Boolean(from || to);
  const badge = element.querySelector(".badge");
  badge.textContent = count || "";
  badge.dataset.badge = count;
  trigger("limit", window.chosenLimits());
}

function clear() {
  for (const input of form().querySelectorAll(".panel input")) {
    if (input.type === "checkbox") input.checked = false; else input.value = "";
  }
  changed();
}

element.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
element.addEventListener("keydown", (event) => {
  if (event.target === box() && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    ask();
  }
  if (event.key === "Escape" && fold().open) {
    event.preventDefault();
    open = fold().open = false;
    fold().querySelector("summary").focus();
  }
  // Enter in a filter is no question.
  if (event.key === "Enter" && event.target.matches(".panel input")) event.preventDefault();
});
element.addEventListener("input", (event) => {
  if (event.target === box()) fit();
  if (event.target.matches(".find")) {
    const wanted = event.target.value.trim().toLowerCase();
    for (const label of event.target.closest("fieldset").querySelectorAll(".scroll label")) {
      label.hidden = !label.textContent.toLowerCase().includes(wanted);
    }
  }
});
element.addEventListener("change", (event) => {
  if (event.target.matches('.panel input:not(.find)')) changed();
});
document.addEventListener("click", (event) => {
  const target = event.target;
  if (target.closest?.("#composer [data-clear], #limits [data-clear]")) {
    clear();
    (fold().open ? fold().querySelector("summary") : box()).focus();
  } else if (target.closest?.("#composer [data-shut]") || (fold()?.open && !fold().contains(target))) {
    open = fold().open = false;
    if (target.closest?.("[data-shut]")) fold().querySelector("summary").focus();
  }
});
document.addEventListener("articles:box", (event) => fill(event.detail));

// What is typed and chosen stays when the form is shown anew, unless the server says that it has set the filters.
let open = false;
let setting = form().dataset.setting;
let kept = window.chosenLimits();
element.addEventListener("toggle", (event) => { if (event.target === fold() && fold().open) open = true; }, true);
element.addEventListener("change", () => { kept = window.chosenLimits(); });
watch("value", () => {
  fold().open = open;
  const given = form().dataset.setting !== setting;
  setting = form().dataset.setting;
  for (const input of form().querySelectorAll('.panel input[type="checkbox"]')) {
    input.checked = given ? input.hasAttribute("checked") : kept[input.name].includes(input.value);
  }
  for (const name of ["from", "to"]) {
    const input = form().elements[name];
    input.value = given ? input.getAttribute("value") : kept[name];
  }
  kept = window.chosenLimits();
  fit();
});
