// A button that prints. Without scripts the browser's own menu does.
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-prints]")) window.print();
});
