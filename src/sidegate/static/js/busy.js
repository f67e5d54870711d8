// The button that was pressed shows that it is at work, and takes no second press meanwhile.
// Nothing depends on it: the server refuses the second sending by itself.
(() => {
  const set = (button) => button?.setAttribute("aria-busy", "true");
  const clear = (root) => root.querySelectorAll('.button[aria-busy="true"]').forEach((b) => b.removeAttribute("aria-busy"));
  const pressed = (event) => event?.submitter ?? event?.target?.closest?.(".button");

  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (event.target.querySelector('.button[aria-busy="true"]')) return event.preventDefault();
    set(event.submitter ?? event.target.querySelector(".button.primary"));
  });
  document.addEventListener("htmx:beforeRequest", (event) => set(pressed(event.detail.requestConfig.triggeringEvent)));
  document.addEventListener("htmx:afterRequest", (event) => clear(event.detail.elt.closest("form") ?? event.detail.elt));
  addEventListener("pageshow", () => clear(document)); // back from the cache: nothing is at work
})();
