/** The picture of a timeline: four lanes over time, with the way of credentials drawn through them. */
import { el } from "../dom.js";
import { span } from "../words.js";
import { place } from "./marks.js";
import { LANES } from "./model.js";
import { clockFor, curve, cut, label, shape } from "./pen.js";

const AXIS = 24;
const ROW = 17;
const COLOURS = ["quiet", "low", "medium", "high", "critical"];
const WAYS = { used: "medium", finding: "critical", dead: "good" };

/** A canvas that is drawn again whenever the model, the zoom, the size or the colours change. */
export class Picture {
  #model;
  #canvas = el("canvas", { tabindex: 0, role: "img", "aria-label": "Timeline; the list below says the same", "aria-describedby": "in-sight" });
  #tip = el("div", { class: "tip", hidden: true });
  #base = null;
  #zoom;
  #transform;
  #placed = { marks: [], markOf: new Map() };
  #waits = false;
  #size = { width: 0, height: 0 };
  element;
  /** What of the entries is in sight, and from when to when, in words. */
  sight = el("span", { class: "quiet sight", id: "in-sight" });

  constructor(model, signal) {
    this.#model = model;
    const d3 = globalThis.d3;
    this.#transform = d3.zoomIdentity;
    this.element = el("div", { class: "picture" }, this.#canvas, this.#tip);
    this.#zoom = d3
      .zoom()
      .scaleExtent([0.8, 5e6])
      .on("zoom", (event) => {
        this.#transform = event.transform;
        this.#soon();
      });
    d3.select(this.#canvas).call(this.#zoom).on("dblclick.zoom", null);
    this.#canvas.addEventListener("click", (event) => this.#click(event));
    this.#canvas.addEventListener("pointermove", (event) => this.#point(event));
    this.#canvas.addEventListener("pointerleave", () => {
      this.#tip.hidden = true;
    });
    model.addEventListener("shown", () => this.#soon(), { signal });
    model.addEventListener("chosen", () => this.#chosen(), { signal });
    document.documentElement.addEventListener("themechange", () => this.#soon(), { signal });
    const watch = new ResizeObserver(() => this.#soon());
    watch.observe(this.element);
    signal.addEventListener("abort", () => watch.disconnect());
  }

  /** Shows all of it, or what lies between two times. */
  fit(between = null) {
    const all = this.#model.all;
    const first = between?.[0] ?? all[0]?.at ?? Date.now() - 60_000;
    const last = between?.[1] ?? all.at(-1)?.at ?? Date.now();
    const room = Math.max(500, (last - first) * 0.04);
    // Words stand to the right of a mark: the last one needs room for its own.
    this.#base = [first - room, last + room * 3];
    globalThis.d3.select(this.#canvas).call(this.#zoom.transform, globalThis.d3.zoomIdentity);
    this.#soon();
  }

  /** Whether nobody has zoomed or moved it since it was fitted. */
  get isUntouched() {
    const { k, x } = this.#transform;
    return this.#base === null || (k === 1 && x === 0);
  }

  /** Closer (more than 1) or farther. */
  scale(by) {
    globalThis.d3.select(this.#canvas).call(this.#zoom.scaleBy, by);
  }

  /** Earlier (less than 0) or later, in parts of what is in sight. */
  pan(by) {
    globalThis.d3.select(this.#canvas).call(this.#zoom.translateBy, (-by * this.#size.width) / this.#transform.k, 0);
  }

  #x() {
    const d3 = globalThis.d3;
    const { left, right } = this.#box();
    return this.#transform.rescaleX(d3.scaleUtc(this.#base, [left, right]));
  }

  #box() {
    const narrow = this.#size.width < 600;
    const rows = narrow ? 3 : 4;
    return { left: narrow ? 8 : 96, right: this.#size.width - 8, top: 4, rows, rowHeight: ROW, laneHeight: rows * ROW + 14, narrow };
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

  #draw() {
    const width = this.element.clientWidth;
    if (!width || !this.#base) {
      return;
    }
    this.#size = { width, height: 0 };
    const box = this.#box();
    const height = box.top + LANES.length * box.laneHeight + AXIS;
    this.#size.height = height;
    const ratio = devicePixelRatio || 1;
    if (this.#canvas.width !== Math.round(width * ratio) || this.#canvas.height !== Math.round(height * ratio)) {
      this.#canvas.width = Math.round(width * ratio);
      this.#canvas.height = Math.round(height * ratio);
      this.#canvas.style.width = `${width}px`;
      this.#canvas.style.height = `${height}px`;
      this.#zoom.extent([[box.left, 0], [box.right, height]]);
    }
    const pen = this.#canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    const style = getComputedStyle(this.element);
    const colour = (name) => style.getPropertyValue(`--${name}`).trim();
    const x = this.#x();
    this.#placed = place(this.#model.shown, x, box);
    this.#lanes(pen, box, colour);
    this.#axis(pen, box, x, height, colour);
    this.#tellSight(x);
    pen.save();
    pen.beginPath();
    pen.rect(box.left - 8, 0, box.right - box.left + 16, height);
    pen.clip();
    this.#ways(pen, colour);
    for (const mark of this.#placed.marks.filter((one) => one.x > box.left - 6)) {
      this.#mark(pen, mark, box, colour);
    }
    pen.restore();
  }

  #lanes(pen, box, colour) {
    pen.font = "12px system-ui, sans-serif";
    pen.textBaseline = "middle";
    pen.textAlign = "left";
    LANES.forEach((lane, index) => {
      const top = box.top + index * box.laneHeight;
      pen.fillStyle = colour(index % 2 ? "ground" : "band");
      pen.fillRect(0, top, this.#size.width, box.laneHeight);
      pen.fillStyle = colour(`lane-${lane}`);
      pen.fillRect(0, top + 1, 3, box.laneHeight - 2);
      if (!box.narrow) {
        pen.fillStyle = colour("text");
        pen.fillText(lane, 12, top + box.laneHeight / 2);
      }
    });
  }

  #axis(pen, box, x, height, colour) {
    const [from, to] = x.domain().map(Number);
    const format = clockFor(to - from);
    pen.font = "11px system-ui, sans-serif";
    pen.textAlign = "center";
    let end = -Infinity;
    for (const tick of x.ticks(Math.max(2, (box.right - box.left) / 120))) {
      const at = Math.round(x(tick)) + 0.5;
      pen.strokeStyle = colour("line");
      pen.lineWidth = 1;
      pen.beginPath();
      pen.moveTo(at, box.top);
      pen.lineTo(at, height - AXIS);
      pen.stroke();
      const words = format(tick);
      const half = pen.measureText(words).width / 2;
      const middle = Math.min(Math.max(at, half + 2), this.#size.width - half - 2);
      // One that is moved in from an edge may come upon its neighbour.
      if (middle - half >= end + 8) {
        pen.fillStyle = colour("quiet");
        pen.fillText(words, middle, height - AXIS / 2);
        end = middle + half;
      }
    }
  }

  #tellSight(x) {
    const [from, to] = x.domain().map(Number);
    const { shown } = this.#model;
    const inSight = shown.filter((entry) => entry.at >= from && entry.at <= to).length;
    const some = inSight === shown.length ? "all" : `${inSight.toLocaleString("en")} of ${shown.length.toLocaleString("en")}`;
    const format = clockFor(to - from);
    this.sight.textContent = `${some} in sight, ${format(from)} to ${format(to)}`;
  }

  #ways(pen, colour) {
    for (const { stations } of this.#model.chains()) {
      const hit = stations.some((station) => station.entry === this.#model.chosen);
      for (let i = 1; i < stations.length; i++) {
        const from = this.#placed.markOf.get(stations[i - 1].entry);
        const to = this.#placed.markOf.get(stations[i].entry);
        if (!from || !to || from === to) {
          continue;
        }
        pen.strokeStyle = colour(WAYS[stations[i].what]);
        pen.fillStyle = pen.strokeStyle;
        pen.lineWidth = hit ? 3 : 2;
        curve(pen, from, to);
      }
    }
  }

  #mark(pen, mark, box, colour) {
    const only = mark.entries.length === 1 ? mark.entries[0] : null;
    const isChosen = mark.entries.includes(this.#model.chosen);
    const name = mark.bad ? "critical" : mark.severity > 0 ? COLOURS[mark.severity] : `lane-${LANES[mark.lane]}`;
    pen.fillStyle = colour(name);
    shape(pen, mark);
    pen.fill();
    if (!only && mark.entries.length < 100) {
      pen.font = "600 9px system-ui, sans-serif";
      pen.textAlign = "center";
      pen.fillStyle = colour("card");
      pen.fillText(String(mark.entries.length), mark.x, mark.y + 0.5);
    }
    if (isChosen) {
      pen.strokeStyle = colour("text");
      pen.lineWidth = 2;
      pen.stroke();
    }
    const room = Math.min(mark.room, box.right - mark.x) - 18;
    if (room < 26) {
      return;
    }
    pen.textAlign = "left";
    pen.font = `${isChosen ? "600 " : ""}11.5px system-ui, sans-serif`;
    pen.fillStyle = colour(only ? "text" : "quiet");
    const words = only ? label(only) : "entries";
    pen.fillText(cut(words, Math.min(room, 330)), mark.x + 10, mark.y);
  }

  #chosen() {
    const chosen = this.#model.chosen;
    // Before it is drawn for the first time everything is outside.
    if (chosen && this.#base && this.#size.width) {
      const { left, right } = this.#box();
      const at = this.#x()(chosen.at);
      if (at < left || at > right) {
        globalThis.d3.select(this.#canvas).call(this.#zoom.translateTo, this.#transform.invertX(at), 0);
      }
    }
    this.#soon();
  }

  #at(event) {
    const bounds = this.#canvas.getBoundingClientRect();
    const [px, py] = [event.clientX - bounds.left, event.clientY - bounds.top];
    let best = null;
    let near = 14;
    for (const mark of this.#placed.marks) {
      const distance = Math.hypot(mark.x - px, mark.y - py);
      if (distance < near) {
        [best, near] = [mark, distance];
      }
    }
    return best;
  }

  #click(event) {
    const mark = this.#at(event);
    if (!mark) {
      return;
    }
    const [first, last] = [mark.entries[0], mark.entries.at(-1)];
    if (mark.entries.length > 1 && last.at > first.at && this.#transform.k < 1e6) {
      const d3 = globalThis.d3;
      d3.select(this.#canvas).call(this.#zoom.scaleBy, 4, [mark.x, mark.y]);
    } else {
      this.#model.choose(first);
    }
  }

  #point(event) {
    const mark = this.#at(event);
    this.#canvas.style.cursor = mark ? "pointer" : "grab";
    this.#tip.hidden = !mark;
    if (mark) {
      const [first, last] = [mark.entries[0], mark.entries.at(-1)];
      const words = mark.entries.length === 1 ? label(first) : `${mark.entries.length} entries in ${span(last.at - first.at)}: click for a closer look`;
      this.#tip.textContent = cut(words, 2_000);
      this.#tip.style.left = `${Math.min(Math.max(0, mark.x - 20), Math.max(0, this.#size.width - 320))}px`;
      this.#tip.style.top = `${mark.y + 14}px`;
    }
  }
}
