/** A timeline: filters, picture, list and the chosen entry. */
import { whoever } from "../api.js";
import { el, fill, said } from "../dom.js";
import { credentialLink } from "../parts.js";
import { count, SEVERITIES } from "../words.js";
import { EntryList } from "./list.js";
import { LANES, Model } from "./model.js";
import { panelOf } from "./panel.js";
import { Picture } from "./picture.js";

/**
 * Makes one.
 *
 * @returns element, `load(timeline, between)` (what is in sight at first; all of it where it is null), `choose(id)` and `keys(event)`
 */
export function timelineOf(signal) {
  const model = new Model();
  const picture = new Picture(model, signal);
  const list = new EntryList(model, signal);
  const ways = el("ul", { class: "ways" });
  const number = el("span", { class: "quiet", role: "status" });
  let left = 0;
  let away = false;
  const tell = () => {
    const hidden = model.all.length - model.shown.length;
    const of = hidden === 0 ? "" : ` of ${model.all.length.toLocaleString("en")}`;
    fill(number, `${model.shown.length.toLocaleString("en")}${of} ${model.all.length === 1 ? "entry" : "entries"}`, hidden > 0 ? `; ${hidden.toLocaleString("en")} hidden` : "", left > 0 ? `; ${count(left, "earlier one is", "earlier ones are")} left out` : "", away ? (whoever()?.replay ? "; read from Kafka" : "; read from Kafka, for Elasticsearch is away") : "");
  };
  model.addEventListener("shown", tell, { signal });
  const element = el(
    "div",
    { class: "timeline-of" },
    el("div", { class: "filters" }, lanes(model), severities(model), words(model), number, el("span", { class: "space" }), zoom(picture)),
    el("div", { class: "under" }, ways, el("span", { class: "space" }), picture.sight),
    picture.element,
    el("div", { class: "both" }, list.element, panelOf(model, signal)),
  );
  return {
    element,
    load(timeline, between = null) {
      left = timeline.left ?? 0;
      away = timeline.source === "kafka";
      model.load(timeline.entries, timeline.lineage);
      drawWays(ways, model);
      if (picture.isUntouched) {
        picture.fit(between);
      }
    },
    choose(id) {
      const entry = model.byId(id);
      if (entry) {
        model.choose(entry);
      }
    },
    keys(event) {
      const does = {
        "+": () => picture.scale(1.6),
        "=": () => picture.scale(1.6),
        "-": () => picture.scale(0.625),
        0: () => picture.fit(),
        ArrowLeft: () => picture.pan(-0.2),
        ArrowRight: () => picture.pan(0.2),
        j: () => model.step(1),
        k: () => model.step(-1),
        Escape: () => model.choose(null),
      }[event.key];
      does?.();
      return does !== undefined;
    },
  };
}

function lanes(model) {
  return el(
    "span",
    { class: "lanes", role: "group", "aria-label": "Lanes" },
    LANES.map((lane) => {
      const button = el("button", { type: "button", class: `chip ${lane}`, "aria-pressed": "true" }, lane);
      button.addEventListener("click", () => {
        const shows = button.getAttribute("aria-pressed") !== "true";
        button.setAttribute("aria-pressed", String(shows));
        model.lane(lane, shows);
      });
      return button;
    }),
  );
}

function severities(model) {
  const select = el("select", { "aria-label": "Severity" }, SEVERITIES.map((one) => el("option", { value: one }, one === "none" ? "any severity" : one === "critical" ? "critical" : `${one} or worse`)));
  select.addEventListener("change", () => model.severity(select.value));
  return select;
}

function words(model) {
  const field = el("input", { type: "search", "aria-label": "Words", placeholder: "filter" });
  field.addEventListener("input", () => model.words(field.value));
  return field;
}

function zoom(picture) {
  const button = (name, sign, does) => el("button", { type: "button", class: "icon", "aria-label": name, title: name, onclick: does }, sign);
  return el(
    "span",
    { class: "zoom", role: "group", "aria-label": "Zoom" },
    button("Earlier", "←", () => picture.pan(-0.3)),
    button("Later", "→", () => picture.pan(0.3)),
    button("Farther", "−", () => picture.scale(0.5)),
    button("Closer", "+", () => picture.scale(2)),
    button("All of it", "⤢", () => picture.fit()),
  );
}

/** The way of each credential in words; a station chooses its entry. */
function drawWays(holder, model) {
  const says = { seen: "read", used: "used", finding: "found", dead: "proved dead" };
  fill(
    holder,
    model.chains().map(({ lineage, stations }) =>
      el(
        "li",
        {},
        credentialLink(lineage.credential, lineage.name),
        lineage.seen_in ? [" from ", said(lineage.seen_in, "mono")] : null,
        ": ",
        stations.map((station, index) => [index ? el("span", { class: "arrow", "aria-hidden": "true" }, " → ") : null, el("button", { type: "button", class: `link way ${station.what}`, onclick: () => model.choose(station.entry) }, says[station.what])]),
      ),
    ),
  );
}
