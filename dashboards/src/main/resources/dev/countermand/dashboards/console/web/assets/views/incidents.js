/** Incidents, and one incident: who did what with what, and what became of it. */
import { agentButton, follow } from "../acts.js";
import { inOrder, read } from "../api.js";
import { el, fill, said } from "../dom.js";
import { age, agentLink, credentialLink, empty, link, severity, state, table, time } from "../parts.js";
import { rereading } from "../reread.js";
import { factsOf, stageText } from "../story.js";
import { timelineOf } from "../timeline/timeline.js";
import { count, full, span } from "../words.js";

/** Shows all of them, or one. */
export function show(context) {
  return context.id ? one(context) : all(context);
}

async function all({ main, query, signal, on, every }) {
  const status = el(
    "select",
    { "aria-label": "Status" },
    [["", "any status"], ["open", "open"], ["contained", "contained"], ["closed", "closed"]].map(([value, words]) => el("option", { value, selected: query.get("status") === value }, words)),
  );
  const words = el("input", { type: "search", "aria-label": "Filter", placeholder: "agent, words …", value: query.get("q") ?? "" });
  const list = el("div", {});
  const more = el("button", { type: "button", hidden: true }, "Earlier ones");
  const ask = inOrder(read);
  let rows = [];
  let next = null;
  const load = async (before = null) => {
    const answer = await ask("/api/incidents", { status: status.value, q: words.value.trim(), before, limit: 50 }, signal);
    rows = before ? [...rows, ...answer.incidents] : answer.incidents;
    next = answer.next;
    more.hidden = !next;
    fill(
      list,
      rows.length === 0
        ? empty("No incident.", "An incident comes with the first finding of an agent. Try one: countermand demo")
        : table(
            "Incidents, the newest first",
            [
              ["incident", (row) => link(["incidents", row.id], null, said(row.title))],
              ["severity", (row) => severity(row.severity)],
              ["status", (row) => state(row.status)],
              ["agent", (row) => agentLink(row.agent)],
              ["findings", (row) => (row.suppressed ? `${row.findings} and ${row.suppressed} alike` : row.findings)],
              ["first", (row) => time(row.first)],
              ["last", (row) => age(row.last)],
            ],
            rows,
          ),
    );
  };
  const reload = () => load().catch(() => {});
  let dirty = false;
  on("incident", () => {
    dirty = true;
  });
  every(1_000, () => {
    if (dirty && rows.length <= 50) {
      dirty = false;
      reload();
    }
  });
  status.addEventListener("change", reload);
  words.addEventListener("input", reload);
  more.addEventListener("click", () => load(next).catch(() => {}));
  fill(main, el("h1", {}, "Incidents"), el("div", { class: "filters" }, status, words), list, more);
  await load();
}

async function one(context) {
  const { main, id, signal, on } = context;
  const progress = el("div", {});
  const timeline = timelineOf(signal);
  const top = el("div", { class: "incident-top" });
  const until = el("p", { class: "quiet until" });
  let incident = null;
  const ask = () =>
    Promise.all([
      read("/api/incidents/one", { id }, signal),
      read("/api/timeline", { incident: id, limit: 10_000 }, signal),
    ]);
  const draw = ([row, entries]) => {
    incident = row;
    fill(top, head(row, (order) => follow(progress, order, context)), progress, facts(row, entries), story(row, entries, timeline));
    fill(until, ending(row.agent, entries.to));
    const times = row.stages.map((stage) => Date.parse(stage.time));
    timeline.load(entries, times.length > 1 ? [Math.min(...times), Math.max(...times)] : null);
  };
  const first = await ask();
  draw(first);
  fill(main, top, el("h2", {}, "Timeline"), until, timeline.element);
  // On a phone the chosen entry would cover the story.
  if (matchMedia("(min-width: 1001px)").matches) {
    const worst = incident.stages?.find((stage) => stage.stage === "destroyed") ?? incident.stages?.at(-1);
    timeline.choose(worst?.entry);
  }
  const { stir } = rereading(ask, draw, first, signal);
  on("incident", (row) => row.id === id && stir());
  on("entry", (entry) => entry.agent === incident.agent && stir());
  return timeline.keys;
}

/** Where the timeline stops, and the way to what came later. */
function ending(agent, to) {
  return Date.parse(to) < Date.now() ? ["It is told until ", time(to, full), ". ", link(["timeline"], { agent, from: to }, "What came later")] : [];
}

function head(row, ordered) {
  return [
    el("div", { class: "title" }, el("h1", {}, said(row.title)), severity(row.severity), state(row.status), el("span", { class: "space" }), row.status === "closed" ? null : agentButton(row.agent, row.status === "contained", ordered)),
    row.title === row.summary ? null : el("p", { class: "summary" }, said(row.summary)),
    el(
      "p",
      { class: "quiet" },
      said(row.id, "mono"),
      " · ",
      el("time", { datetime: row.first }, full(row.first)),
      ` to `,
      time(row.last),
      ` · ${count(row.findings, "finding")}`,
      row.kinds?.length ? [": ", row.kinds.map((kind, n) => [n ? ", " : "", said(kind.kind), kind.count > 1 ? ` ×${kind.count}` : ""])] : null,
    ),
  ];
}

/** The four answers a newcomer asks for first. */
function facts(row, timeline) {
  const { what, isBad, answered, finding, credential, name, from } = factsOf(timeline);
  const one = (question, ...answer) => el("div", {}, el("dt", {}, question), el("dd", {}, answer));
  return el(
    "dl",
    { class: "who" },
    one("Who", agentLink(row.agent)),
    one(
      "did what",
      what
      ? [el("b", { class: isBad ? "bad" : "" }, answered === "deny" ? `tried to ${what.verb}` : what.verb), " ", said(what.resource, "mono"), finding ? el("p", { class: "quiet" }, said(finding.text)) : null]
      : "nothing that changes anything",
    ),
    one("with which credential", credential ? credentialLink(credential, name) : "none that was seen"),
    one("from where", from ? said(from, "mono") : "not known"),
  );
}

function story(row, entries, timeline) {
  const stages = row.stages ?? [];
  if (stages.length === 0) {
    return null;
  }
  const words = { read: "read", used: "used", destroyed: "destruction", contained: "contained", dead: "proved dead" };
  return el(
    "ol",
    { class: "story", "aria-label": "The story" },
    stages.map((stage, index) =>
      el(
        "li",
        { class: stage.stage },
        index ? el("span", { class: "after" }, `+${span(Date.parse(stage.time) - Date.parse(stages[index - 1].time))}`) : null,
        el("button", { type: "button", onclick: () => timeline.choose(stage.entry) }, el("b", {}, words[stage.stage] ?? stage.stage), time(stage.time), said(stageText(stage, entries))),
      ),
    ),
  );
}
