// Given to the head of the page, after clicks.js: the language of the page.

function speak() {
  const select = element.querySelector("select");
  document.documentElement.lang = select.value = select.getAttribute("value");
}

element.addEventListener("change", (event) => {
  if (event.target.matches("select")) trigger("language", { language: event.target.value });
});
watch("value", speak);
speak();
