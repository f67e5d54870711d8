// What was typed stays on this phone until it is sent: the camera, a call or a dead line may close the page.
// Photos stay in the page only. A draft is its person's own (data-draft names her) and lives for a day.
(() => {
  const DAY = 24 * 60 * 60 * 1000;
  const NOT_KEPT = new Set(["csrfmiddlewaretoken", "photos", "version"]);
  const PREFIX = "sidegate-draft:";
  const formOf = () => document.querySelector("form[data-draft]");
  const keyOf = (form) => PREFIX + form.dataset.draft;

  const forget = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).forEach((key) => localStorage.removeItem(key));
  const save = (form) => {
    const fields = [...new FormData(form)].filter(([name, value]) => !NOT_KEPT.has(name) && typeof value === "string");
    localStorage.setItem(keyOf(form), JSON.stringify({ at: Date.now(), fields }));
  };
  const fill = (form, fields) => {
    const typed = new Map();
    for (const [name, value] of fields) typed.set(name, [...(typed.get(name) ?? []), value]);
    for (const [name, values] of typed) {
      const element = form.elements[name];
      if (!element) continue;
      if (element instanceof RadioNodeList || ["radio", "checkbox"].includes(element.type)) {
        form.querySelectorAll(`[name="${CSS.escape(name)}"]`).forEach((one) => { one.checked = values.includes(one.value); });
      } else element.value = values.at(-1);
    }
  };
  const restore = (form) => {
    const kept = JSON.parse(localStorage.getItem(keyOf(form)) ?? "null");
    if (!kept || Date.now() - kept.at > DAY || form.querySelector(".error")) return;
    fill(form, kept.fields);
    const line = form.querySelector("[data-restored]");
    if (line) line.hidden = false;
    document.dispatchEvent(new CustomEvent("sidegate:restored"));
  };
  const guarded = (act) => { try { act(); } catch { /* a private window may refuse to keep anything */ } };

  const form = formOf();
  if (form) guarded(() => restore(form));
  for (const typed of ["input", "change"]) {
    document.addEventListener(typed, ({ target }) => { if (target.form?.matches("form[data-draft]")) guarded(() => save(target.form)); });
  }
  document.addEventListener("sidegate:kept", (event) => guarded(() => save(event.target)));
  document.addEventListener("sidegate:sent", () => guarded(forget));
  document.addEventListener("submit", (event) => { if (event.target.matches("[data-forgets-drafts]")) guarded(forget); });
})();
