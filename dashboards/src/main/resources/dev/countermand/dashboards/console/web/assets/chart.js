/** Actions per minute by verb, as stacked bars. */
import { el } from "./dom.js";
import { VERBS } from "./words.js";

const HEIGHT = 150;
const MARGIN = { top: 6, right: 22, bottom: 20, left: 34 };

/** Draws minutes (`time`, `actions` by verb) into an element; drawn again with other minutes. */
export function drawMinutes(holder, minutes) {
  const d3 = globalThis.d3;
  const width = Math.max(260, holder.clientWidth);
  const verbs = VERBS.toReversed().filter((verb) => minutes.some((minute) => minute.actions[verb] > 0));
  const known = new Set(VERBS);
  const rest = minutes.some((minute) => Object.keys(minute.actions).some((verb) => !known.has(verb)));
  const keys = rest ? ["other", ...verbs] : verbs;
  const value = (minute, key) =>
    key === "other"
      ? d3.sum(Object.entries(minute.actions), ([verb, number]) => (known.has(verb) ? 0 : number))
      : minute.actions[key] ?? 0;
  const layers = d3.stack().keys(keys).value(value)(minutes);
  const first = Date.parse(minutes[0]?.time ?? new Date());
  const x = d3.scaleUtc([first, first + minutes.length * 60_000], [MARGIN.left, width - MARGIN.right]);
  const most = d3.max(layers.at(-1) ?? [], (part) => part[1]) ?? 0;
  const y = d3.scaleLinear([0, Math.max(4, most)], [HEIGHT - MARGIN.bottom, MARGIN.top]).nice(3);
  const svg = d3
    .create("svg")
    .attr("viewBox", `0 0 ${width} ${HEIGHT}`)
    .attr("role", "img")
    .attr("aria-label", `Actions per minute in the last ${minutes.length} minutes, at most ${most}`);
  svg
    .append("g")
    .attr("class", "axis")
    .attr("transform", `translate(0,${HEIGHT - MARGIN.bottom})`)
    .call(d3.axisBottom(x).ticks(Math.min(8, width / 90)).tickFormat(d3.utcFormat("%H:%M")).tickSizeOuter(0));
  svg.append("g").attr("class", "axis grid").attr("transform", `translate(${MARGIN.left},0)`).call(d3.axisLeft(y).ticks(3).tickSize(MARGIN.left + MARGIN.right - width));
  const bar = Math.max(1, (width - MARGIN.left - MARGIN.right) / Math.max(1, minutes.length) - 1.5);
  for (const layer of layers) {
    svg
      .append("g")
      .attr("class", `verb ${layer.key}`)
      .selectAll("rect")
      .data(layer.filter((part) => part[1] > part[0]))
      .join("rect")
      .attr("x", (part) => x(Date.parse(part.data.time)))
      .attr("width", bar)
      .attr("y", (part) => y(part[1]))
      .attr("height", (part) => y(part[0]) - y(part[1]))
      .append("title")
      .text((part) => `${part.data.time.slice(11, 16)} UTC: ${part[1] - part[0]} ${layer.key}`);
  }
  const legend = keys.toReversed().map((key) => el("span", { class: `key verb ${key}` }, key));
  holder.replaceChildren(svg.node(), el("div", { class: "legend" }, legend));
}
