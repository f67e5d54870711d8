// Fields that matter only for one kind of request: data-shown-for="recurring" hangs on the fieldset named
// in data-follows of the form. Hidden fields are disabled, so that they are not sent.
(() => {
  const show = (form) => {
    const chosen = form.elements[form.dataset.follows]?.value ?? "";
    for (const part of form.querySelectorAll("[data-shown-for]")) {
      const shown = part.dataset.shownFor.split(" ").includes(chosen);
      part.hidden = !shown;
      for (const field of part.querySelectorAll("input, select, textarea")) field.disabled = !shown;
    }
  };
  const showAll = (root) => root.querySelectorAll("form[data-follows]").forEach(show);
  showAll(document);
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.dataset.follows === event.target.name) show(form);
  });
  for (const moment of ["htmx:afterSettle", "sidegate:restored", "sidegate:replaced"]) {
    document.addEventListener(moment, () => showAll(document));
  }
})();
