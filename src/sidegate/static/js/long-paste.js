// Cells that are longer than a form's text may be go as a file instead. Without scripts the page says to save one.
document.addEventListener("submit", (event) => {
  const pasted = event.target.querySelector?.("textarea[data-longest]");
  const file = pasted && event.target.querySelector("input[type=file]");
  if (!file || file.files.length || new Blob([pasted.value]).size <= Number(pasted.dataset.longest)) return;
  const carried = new DataTransfer();
  carried.items.add(new File([pasted.value], pasted.dataset.called, { type: "text/plain" }));
  file.files = carried.files;
  pasted.disabled = true;
});
