/** The list of a timeline: only the rows in sight are in the page. */
import { el, fill } from "../dom.js";
import { textOf, whatOf } from "../parts.js";
import { clock, full, span } from "../words.js";

const SPARE = 8;

/** Rows of one height; the chosen one is kept in sight. */
export class EntryList {
  #model;
  #space = el("div", { class: "space-of-list" });
  #waits = false;
  #narrow = matchMedia("(max-width: 640px)");
  element = el("div", { class: "list", role: "listbox", tabindex: 0, "aria-label": "Entries" }, this.#space);

  constructor(model, signal) {
    this.#model = model;
    this.element.addEventListener("scroll", () => this.#soon(), { passive: true });
    this.element.addEventListener("keydown", (event) => {
      const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12 }[event.key];
      if (by) {
        event.preventDefault();
        this.#model.step(by);
      }
    });
    this.#space.addEventListener("click", (event) => {
      const row = event.target.closest("[data-index]");
      if (row) {
        this.#model.choose(this.#model.shown[Number(row.dataset.index)]);
      }
    });
    model.addEventListener("shown", () => this.#soon(), { signal });
    model.addEventListener("chosen", () => this.#reveal(), { signal });
    this.#narrow.addEventListener("change", () => this.#soon(), { signal });
    const watch = new ResizeObserver(() => this.#soon());
    watch.observe(this.element);
    signal.addEventListener("abort", () => watch.disconnect());
  }

  get #height() {
    return this.#narrow.matches ? 52 : 30;
  }

  #soon() {
    if (!this.#waits) {
      this.#waits = true;
      requestAnimationFrame(() => {
        this.#waits = false;
        this.#draw();
      });
    }
  }

  #reveal() {
    const at = this.#model.shown.indexOf(this.#model.chosen);
    if (at >= 0) {
      const top = at * this.#height;
      const list = this.element;
      if (top < list.scrollTop || top + this.#height > list.scrollTop + list.clientHeight) {
        list.scrollTop = Math.max(0, top - list.clientHeight / 2);
      }
    }
    this.#draw();
  }

  #draw() {
    const { shown, chosen } = this.#model;
    const height = this.#height;
    this.#space.style.height = `${shown.length * height}px`;
    const from = Math.max(0, Math.floor(this.element.scrollTop / height) - SPARE);
    const to = Math.min(shown.length, Math.ceil((this.element.scrollTop + this.element.clientHeight) / height) + SPARE);
    const rows = [];
    for (let i = from; i < to; i++) {
      rows.push(this.#row(shown[i], i, shown[i - 1], shown[i] === chosen, height));
    }
    fill(this.#space, rows.length ? rows : el("p", { class: "quiet none" }, "No entry passes the filter."));
    const at = shown.indexOf(chosen);
    if (at >= from && at < to) {
      this.element.setAttribute("aria-activedescendant", `entry-${at}`);
    } else {
      this.element.removeAttribute("aria-activedescendant");
    }
  }

  #row(entry, index, before, isChosen, height) {
    const row = el(
      "div",
      { class: `row ${entry.lane}`, role: "option", id: `entry-${index}`, "data-index": index, "aria-selected": String(isChosen), "aria-setsize": this.#model.shown.length, "aria-posinset": index + 1 },
      el("time", { datetime: entry.time, title: full(entry.time) }, clock(entry.time)),
      el("span", { class: "since" }, before ? `+${span(entry.at - before.at)}` : ""),
      el("span", { class: "lane" }, entry.lane),
      el("span", { class: "what" }, whatOf(entry)),
      el("span", { class: "text" }, textOf(entry, entry.text.slice(0, 400))),
    );
    row.style.transform = `translateY(${index * height}px)`;
    return row;
  }
}
