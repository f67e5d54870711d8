// What holds for a while only, such as Undo, goes when its seconds are over: data-gone-after="60".
(() => {
  const started = new WeakSet();
  const start = () => {
    for (const element of document.querySelectorAll("[data-gone-after]")) {
      if (started.has(element)) continue;
      started.add(element);
      setTimeout(() => { element.hidden = true; }, Number(element.dataset.goneAfter) * 1000);
    }
  };
  start();
  document.addEventListener("htmx:afterSettle", start);
})();
