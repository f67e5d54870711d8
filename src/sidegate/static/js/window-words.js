// The window's presets, its two dates repeated in words, and the send bar's summary
// ("Mowing · Mar 3–5 · $95"). Dates are written as wording/dates.py writes them.
(() => {
  const isSameDay = (one, other) => +one === +other;
  const isSameMonth = (one, other) => one.toISOString().slice(0, 7) === other.toISOString().slice(0, 7);

  const wordsFor = ({ language, country, dayRange }) => {
    const locale = country ? `${language}-${country}` : language;
    const isSpanish = language === "es";
    const format = (options) => new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
    const long = format(
      isSpanish ? { weekday: "long", day: "numeric", month: "long" } : { weekday: "short", month: "short", day: "numeric" },
    );
    const short = format({ month: "short", day: "numeric" });
    const day = (date) => (isSpanish ? long.format(date).replace(",", "") : long.format(date));

    return {
      window(from, to) {
        if (isSameDay(from, to)) return day(from);
        const first = isSpanish && isSameMonth(from, to) ? day(from).replace(/ de .*$/, "") : day(from);
        return dayRange.replace("{start}", first).replace("{end}", day(to));
      },
      shortWindow(from, to) {
        const range = isSameDay(from, to) ? short.format(from) : short.formatRange(from, to);
        const written = range.replace(/\s*–\s*/, isSameMonth(from, to) ? "–" : " – ");
        return isSpanish ? written.replaceAll(" de ", " ") : written;
      },
    };
  };

  const say = (form) => {
    const words = wordsFor(form.dataset);
    const [start, end] = [form.elements.window_start, form.elements.window_end];
    const [from, to] = [start.valueAsDate, end.valueAsDate];
    const isWindow = from && to && from <= to;
    form.querySelector("[data-words]").textContent = isWindow ? words.window(from, to) : "";

    for (const preset of form.querySelectorAll("[data-start][data-end]")) {
      const isChosen = preset.dataset.start === start.value && preset.dataset.end === end.value;
      preset.setAttribute("aria-pressed", String(isChosen));
    }

    const sum = form.querySelector("[data-sum]"); // the office's form has no send bar
    if (!sum) return;
    const service = form.elements.service?.selectedOptions?.[0] ?? form.querySelector('[name="service"]:checked');
    const { name = "", price = "" } = service?.dataset ?? {};
    const parts = [name, isWindow ? words.shortWindow(from, to) : "", price];
    sum.textContent = parts.filter(Boolean).join(" · ");
  };
  const choose = (preset, { window_start: start, window_end: end }) => {
    start.value = preset.dataset.start;
    end.value = preset.dataset.end;
    start.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const follow = (start, end) => {
    if (start.value && (!end.value || end.value < start.value)) end.value = start.value;
  };
  const sayAll = () => document.querySelectorAll("form[data-window]").forEach(say);

  document.addEventListener("click", (event) => {
    const preset = event.target.closest?.("form[data-window] [data-start][data-end]");
    if (preset) choose(preset, preset.form.elements);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form?.matches("[data-window]")) return;
    if (event.target.name === "window_start") follow(event.target, form.elements.window_end);
    say(form);
  });
  for (const moment of ["htmx:afterSettle", "sidegate:restored", "sidegate:replaced"]) document.addEventListener(moment, sayAll);
  sayAll();
})();
