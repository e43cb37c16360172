// Given to a component that is not seen, through which app.py has the browser do something:
// <div data-errand="keep|download" data-number="3" data-json="...">

const ERRANDS = {
  keep(thread) { document.dispatchEvent(new CustomEvent("articles:keep", { detail: thread })); },
  download({ name, text }) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/markdown;charset=utf-8" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  },
};

watch("value", () => {
  const { errand, json } = element.querySelector("[data-errand]").dataset;
  ERRANDS[errand](JSON.parse(json));
});
