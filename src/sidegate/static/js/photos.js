// Photos chosen for a form: their pictures, one more, one less. The input itself always holds what will be
// sent, so without this file it is a plain file input.
(() => {
  const pickers = new WeakSet();

  const keep = (input, files) => {
    const kept = new DataTransfer();
    files.forEach((file) => kept.items.add(file));
    input.files = kept.files;
  };
  const same = (one, other) => one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;

  const picture = (box, file, number) => {
    const made = box.querySelector("template").content.cloneNode(true);
    const image = made.querySelector("img");
    image.alt = `${box.dataset.photo} ${number}`;
    image.src = URL.createObjectURL(file);
    image.addEventListener("load", () => URL.revokeObjectURL(image.src));
    image.addEventListener("error", () => { // a HEIC, where the browser cannot show one: its name stands instead
      const name = Object.assign(document.createElement("span"), { className: "no-preview", textContent: file.name });
      image.replaceWith(name);
    });
    const remove = made.querySelector(".remove");
    remove.setAttribute("aria-label", `${box.dataset.remove} ${number}`);
    return made;
  };

  const start = (box) => {
    if (pickers.has(box)) return;
    pickers.add(box);
    const input = box.querySelector('input[type="file"]');
    const add = box.querySelector(".add");
    const most = Number(box.dataset.most);
    let files = [];

    const show = () => {
      box.querySelectorAll(".photo:not(.stored)").forEach((shown) => shown.remove());
      files.forEach((file, index) => add.before(picture(box, file, index + 1)));
      add.hidden = files.length >= most;
      keep(input, files);
    };
    input.addEventListener("change", () => {
      const added = [...input.files].filter((file) => !files.some((known) => same(known, file)));
      const room = most - files.length;
      box.querySelector("[data-too-many]").hidden = added.length <= room;
      files = [...files, ...added.slice(0, room)];
      show();
    });
    box.addEventListener("click", (event) => {
      const photo = event.target.closest(".remove")?.closest(".photo");
      if (!photo) return;
      const shown = [...box.querySelectorAll(".photo:not(.stored)")];
      files.splice(shown.indexOf(photo), 1);
      box.querySelector("[data-too-many]").hidden = true;
      show();
      add.querySelector("input").focus();
    });
    box.addEventListener("sidegate:files", (event) => {
      files = event.detail;
      show();
    });
  };
  const startAll = () => document.querySelectorAll(".photos").forEach(start);
  startAll();
  document.addEventListener("sidegate:replaced", startAll);
})();
