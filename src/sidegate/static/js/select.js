// Ticking cards to answer several at once: a mode on the phone, boxes under the pointer at a desk. The bar counts.
// Without this file Select is a link to the same page with boxes on every card and the bar below them.
(() => {
  const kept = document.querySelector("template#bar-of-several");
  const queue = document.querySelector(".queue");
  let form = document.querySelector("form.several");
  if (!queue || !(form || kept)) return;
  const bar = () => {
    if (!form) {
      kept.before(kept.content.cloneNode(true));
      form = document.querySelector("form.several");
    }
    return form;
  };
  const switched = document.querySelector("[data-selects]");
  const boxes = () => [...queue.querySelectorAll('input[name="pick"]')];
  let ticked = new Set(); // of the cards by now; one drawn anew keeps its tick

  const say = (words, count) => words.replace("{count}", count);
  const count = () => {
    const found = boxes().filter((box) => box.checked);
    ticked = new Set(found.map((box) => box.closest(".request").id));
    const selecting = queue.hasAttribute("data-selecting");
    if (!form && !selecting && !found.length) return;
    bar();
    form.toggleAttribute("data-open", selecting || found.length > 0);
    for (const button of form.querySelectorAll('button[name="act"], summary')) {
      button.toggleAttribute("data-idle", !found.length);
      if (button.matches("button")) button.disabled = !found.length;
    }
    for (const span of form.querySelectorAll("[data-words]")) span.textContent = say(form.dataset[span.dataset.words], found.length);
    const said = form.querySelector("[data-counted]");
    said.textContent = found.length === 1 ? said.dataset.one : found.length ? say(said.dataset.more, found.length) : "";
  };
  const select = (on) => {
    queue.toggleAttribute("data-selecting", on);
    switched?.setAttribute("aria-pressed", String(on));
    count();
  };

  const leave = () => { // first the reason, then the ticks
    const reason = bar().querySelector("details[open]");
    if (reason) reason.open = false;
    else {
      for (const box of boxes()) box.checked = false;
      select(false);
      switched?.focus();
    }
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-selects]")) select(!queue.hasAttribute("data-selecting"));
    if (event.target.closest?.("[data-pick-all]")) {
      for (const box of boxes()) box.checked = true;
      count();
    }
    if (event.target.closest?.("[data-pick-none]")) leave();
  });
  document.addEventListener("change", (event) => event.target.matches?.('input[name="pick"]') && count());
  document.addEventListener("htmx:afterSettle", () => {
    for (const box of boxes()) box.checked ||= ticked.has(box.closest(".request").id);
    count();
  });
  addEventListener("pageshow", count); // back from another page, with its ticks
  count();
})();
