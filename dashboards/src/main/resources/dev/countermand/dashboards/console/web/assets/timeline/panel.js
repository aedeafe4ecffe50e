/** One entry: its evidence, its numbers, and where it stands. */
import { read, whoever } from "../api.js";
import { el, fill, said, visible } from "../dom.js";
import { agentLink, credentialLink, nameOf, whatOf } from "../parts.js";
import { full } from "../words.js";

const HOW = { seen: "read", used: "used", named: "about", taken: "takes or gives back" };

/** Shows the entry that the model has chosen. */
export function panelOf(model, signal) {
  const panel = el("aside", { class: "panel", "aria-label": "The chosen entry", "aria-live": "polite" });
  const draw = () => {
    panel.classList.toggle("none", !model.chosen);
    fill(panel, model.chosen ? page(model, model.chosen, signal) : el("p", { class: "quiet" }, "Choose an entry for its evidence and its numbers."));
    panel.scrollTop = 0;
  };
  model.addEventListener("chosen", draw, { signal });
  draw();
  return panel;
}

function page(model, entry, signal) {
  const close = el("button", { type: "button", class: "icon close", "aria-label": "Close the entry", onclick: () => model.choose(null) }, "×");
  return [
    el("div", { class: "title" }, el("h2", {}, whatOf(entry)), el("span", { class: "space" }), close),
    el("p", { class: "quiet" }, full(entry.time), ` · ${entry.lane}`, entry.agent ? [" · ", agentLink(entry.agent)] : null),
    entry.answer ? el("p", {}, "Answered: ", said(entry.what.split(" -> ")[1] ?? entry.answer)) : null,
    el("pre", { class: "command", dir: "ltr" }, visible(entry.text)),
    effects(entry.effects ?? []),
    credentials(entry.credentials ?? []),
    entry.details.length ? [el("h3", {}, "Evidence"), el("ul", { class: "evidence" }, entry.details.map((line) => el("li", {}, said(line))))] : null,
    related(model, entry),
    el("h3", {}, "Where it stands"),
    el(
      "dl",
      { class: "facts small" },
      el("dt", {}, "id"),
      el("dd", {}, said(entry.id, "mono")),
      entry.kafka ? [el("dt", {}, "Kafka"), el("dd", {}, said(`${entry.kafka.topic}-${entry.kafka.partition}@${entry.kafka.offset}`, "mono"))] : null,
      entry.elasticsearch && !whoever()?.replay ? [el("dt", {}, "Elasticsearch"), el("dd", {}, said(entry.elasticsearch.data_stream, "mono"))] : null,
    ),
    lookUp(entry),
    entry.elasticsearch && !whoever()?.replay ? documentOf(entry.elasticsearch, signal) : null,
  ];
}

/** What to type to look oneself. An id is what an agent wrote: it stands in no shell's line, only in the JSON of a request. */
function lookUp(entry) {
  const lines = [];
  if (entry.kafka) {
    const { topic, partition, offset } = entry.kafka;
    lines.push(`kafka-console-consumer.sh --bootstrap-server $KAFKA --topic ${topic} --partition ${partition} --offset ${offset} --max-messages 1`);
  }
  if (entry.elasticsearch && !whoever()?.replay) {
    const query = { query: { ids: { values: [entry.elasticsearch.id] } } };
    lines.push(`GET /${entry.elasticsearch.data_stream}/_search\n${JSON.stringify(query)}`);
  }
  return lines.length
    ? el("details", {}, el("summary", {}, "Look oneself"), lines.map((line) => el("pre", { class: "command", dir: "ltr" }, visible(line))))
    : null;
}

function effects(list) {
  return list.length === 0
    ? null
    : [
        el("h3", {}, "What it does"),
        el(
          "ul",
          { class: "can" },
          list.map((one) =>
            el(
              "li",
              { class: one.verb === "destroy" || one.verb === "delete" ? "bad" : "" },
              el("b", {}, one.verb),
              " ",
              said(one.resource, "mono"),
              one.environment && !["unknown", "local"].includes(one.environment) ? [" in ", said(one.environment)] : null,
              one.reversible === false && one.verb !== "read" ? ", for good" : "",
            ),
          ),
        ),
      ];
}

function credentials(list) {
  return list.length === 0
    ? null
    : [el("h3", {}, "Credentials"), el("ul", { class: "can" }, list.map((one) => el("li", {}, `${HOW[one.how] ?? ""} `, credentialLink(one.fingerprint, one.name))))];
}

function related(model, entry) {
  const before = entry.related.map((id) => [id, model.byId(id)]);
  const after = model.all.filter((one) => one !== entry && one.related.includes(entry.id)).slice(0, 50);
  const go = (one) => el("li", {}, el("button", { type: "button", class: "link", onclick: () => model.choose(one) }, visible(`${nameOf(one)}: ${one.text.slice(0, 120)}`)));
  return [
    before.length ? [el("h3", {}, "Rests on"), el("ul", { class: "related" }, before.map(([id, one]) => (one ? go(one) : el("li", { class: "quiet" }, said(id, "mono"), ", not in this timeline"))))] : null,
    after.length ? [el("h3", {}, "What rests on it"), el("ul", { class: "related" }, after.map(go))] : null,
  ];
}

function documentOf(place, signal) {
  const holder = el("div", {});
  const open = el(
    "button",
    {
      type: "button",
      onclick: async () => {
        try {
          const { document } = await read("/api/documents/one", { stream: place.data_stream, id: place.id }, signal);
          fill(holder, el("pre", { class: "document", tabindex: 0, "aria-label": "The whole document" }, visible(JSON.stringify(document, null, 2))));
          open.hidden = true;
        } catch (error) {
          fill(holder, el("p", { class: "failure", role: "alert" }, error.message));
        }
      },
    },
    "Show the whole document",
  );
  return [open, holder];
}
