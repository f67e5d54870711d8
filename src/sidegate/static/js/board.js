// Visits moved on the board: dragged with a mouse or a pen, or by keyboard (m, arrow keys, Enter, Escape). Dropping only
// asks: the question comes from the server, and nothing happens before its button. Without scripts a visit has its form.
(() => {
  const FAR_ENOUGH = 6;
  const EDGE = 64;
  let held = null; // the visit being moved, with the cell it came from and the one it would go to
  let pointer = null;

  const said = document.createElement("div");
  said.className = "visually-hidden";
  said.setAttribute("aria-live", "assertive");
  document.body.append(said);
  const say = (words) => { said.textContent = words; };

  const place = () => document.getElementById("move-question");
  const cells = () => [...document.querySelectorAll("[data-board] [data-day][data-lane]")];
  const cellOf = (element) => element?.closest?.("[data-day][data-lane]");

  const pick = (visit) => {
    held = { visit, from: cellOf(visit), to: cellOf(visit) };
    visit.classList.add("picked");
    document.documentElement.classList.add("is-moving");
  };
  const aim = (cell) => {
    held.to?.classList.remove("target");
    held.to = cell;
    if (cell && cell !== held.from) cell.classList.add("target");
  };
  const letGo = () => {
    held?.to?.classList.remove("target");
    held?.visit.classList.remove("picked");
    document.documentElement.classList.remove("is-moving");
    held = null;
  };
  const drop = () => {
    const { visit, from, to } = held;
    letGo();
    if (!to || to === from) return say(place().dataset.left);
    ask(visit, to);
  };
  const ask = (visit, to) => {
    const wanted = new URLSearchParams({
      date: to.dataset.day, technician: to.dataset.lane, next: location.pathname + location.search,
    });
    htmx.ajax("GET", `${visit.dataset.moves}?${wanted}`, { source: place(), target: place(), swap: "innerHTML" });
  };

  // With the mouse or a pen; a finger scrolls, and opens the visit.
  document.addEventListener("pointerdown", (event) => {
    const visit = event.target.closest?.("[data-moves]");
    if (!visit || event.button !== 0 || event.pointerType === "touch" || held) return;
    pointer = { visit, x: event.clientX, y: event.clientY, shadow: null };
  });
  document.addEventListener("pointermove", (event) => {
    if (!pointer) return;
    const { visit, x, y } = pointer;
    if (!pointer.shadow) {
      if (Math.hypot(event.clientX - x, event.clientY - y) < FAR_ENOUGH) return;
      pick(visit);
      const box = visit.getBoundingClientRect();
      pointer.shadow = visit.cloneNode(true);
      pointer.shadow.removeAttribute("id");
      pointer.shadow.inert = true;
      pointer.shadow.classList.replace("picked", "held");
      pointer.shadow.style.inlineSize = `${box.width}px`;
      pointer.left = x - box.left;
      pointer.top = y - box.top;
      document.body.append(pointer.shadow);
    }
    event.preventDefault();
    pointer.shadow.style.translate = `${event.clientX - pointer.left}px ${event.clientY - pointer.top}px`;
    if (event.clientY < EDGE) window.scrollBy(0, -12);
    if (event.clientY > innerHeight - EDGE) window.scrollBy(0, 12);
    aim(cellOf(document.elementFromPoint(event.clientX, event.clientY)));
  });
  const lift = (drops) => {
    const dragged = pointer?.shadow;
    dragged?.remove();
    pointer = null;
    if (!dragged) return false;
    if (drops) drop(); else letGo();
    return true;
  };
  document.addEventListener("pointerup", () => {
    if (!lift(true)) return;
    // The click that ends a drag opens no visit.
    const swallow = (event) => { event.preventDefault(); event.stopPropagation(); };
    document.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => document.removeEventListener("click", swallow, { capture: true }), 0);
  });
  document.addEventListener("pointercancel", () => lift(false));
  document.addEventListener("dragstart", (event) => {
    if (event.target.closest?.("[data-moves]")) event.preventDefault();
  });

  // By keyboard: the arrow keys go along days and people, in a view of one day along people only.
  const beside = (cell, key) => {
    const all = cells();
    const days = [...new Set(all.map((one) => one.dataset.day))].sort();
    const lanes = [...new Set(all.map((one) => one.dataset.lane))];
    const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[key];
    const alongDays = days.length > 1 && (key === "ArrowLeft" || key === "ArrowRight");
    const day = alongDays ? days[days.indexOf(cell.dataset.day) + step] : cell.dataset.day;
    const lane = alongDays ? cell.dataset.lane : lanes[lanes.indexOf(cell.dataset.lane) + step];
    return all.find((one) => one.dataset.day === day && one.dataset.lane === lane);
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (pointer?.shadow && event.key === "Escape") return void lift(false);
    if (held && !pointer) return choose(event);
    if (event.key === "Escape" && place()?.firstElementChild) return leave();
    const visit = document.activeElement?.closest?.("[data-moves]");
    if (!visit || event.key.toLowerCase() !== "m") return;
    event.preventDefault();
    pick(visit);
    say(place().dataset.picked.replace("{visit}", () => visit.dataset.name));
  });
  const choose = (event) => {
    if (event.key.startsWith("Arrow")) {
      const next = beside(held.to ?? held.from, event.key);
      if (next) { aim(next); next.scrollIntoView({ block: "nearest" }); say(next.dataset.words); }
    } else if (event.key === "Enter") drop();
    else if (event.key === "Escape" || event.key === "Tab") { letGo(); say(place().dataset.left); }
    else return;
    if (event.key !== "Tab") event.preventDefault();
  };

  // The question: its words are read out, Cancel takes it away, and after Move the focus is on the visit again.
  const leave = () => {
    const visit = document.getElementById(place().querySelector("form")?.dataset.visit);
    place().replaceChildren();
    say(place().dataset.left);
    visit?.querySelector("a")?.focus();
  };
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("#move-question [data-leaves]")) return;
    event.preventDefault();
    leave();
  });
  let moved = null;
  document.addEventListener("htmx:beforeRequest", (event) => {
    moved = event.target.closest?.(".move-question")?.dataset.visit ?? null;
  });
  document.addEventListener("htmx:afterSettle", () => {
    const question = place()?.querySelector("form");
    if (question) {
      (question.querySelector(".button.primary") ?? question.querySelector(".button")).focus();
      return say(question.querySelector(".stack").innerText);
    }
    if (!moved) return;
    document.getElementById(moved)?.querySelector("a")?.focus();
    say(document.querySelector(".notices")?.innerText ?? "");
    moved = null;
  });
  const fail = () => {
    if (!place()) return;
    moved = null;
    place().querySelector(".notice.stop[data-failure]")?.remove();
    const notice = document.createElement("p");
    notice.className = "notice stop";
    notice.dataset.failure = "";
    notice.textContent = place().dataset.failed;
    place().prepend(notice);
    say(notice.textContent);
  };
  for (const failed of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) document.addEventListener(failed, fail);
})();
