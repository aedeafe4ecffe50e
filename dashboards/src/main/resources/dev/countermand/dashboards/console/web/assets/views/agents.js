/** Agents, and one agent. */
import { agentButton, follow } from "../acts.js";
import { inOrder, read } from "../api.js";
import { el, fill, said } from "../dom.js";
import { age, agentLink, credentialLink, empty, link, meter, risk, section, severity, state, table, time } from "../parts.js";
import { count } from "../words.js";

/** Shows all of them, or one. */
export function show(context) {
  return context.id ? one(context) : all(context);
}

/** For how long an agent that was told of live may be missing in what is indexed. */
const INDEXED = 60_000;

async function all({ main, query, signal, live, on, every }) {
  const field = el("input", { type: "search", "aria-label": "Filter", placeholder: "agent, task …", value: query.get("q") ?? "" });
  const list = el("div", {});
  const ask = inOrder(read);
  let isMissing = () => false;
  const load = async () => {
    const words = field.value.trim().toLowerCase();
    const { agents, total } = await ask("/api/agents", { q: field.value.trim(), limit: 200 }, signal);
    const shown = new Set(agents.map((row) => row.id));
    isMissing = ({ agent, time }) =>
      agent && total === agents.length && !shown.has(agent) && agent.toLowerCase().includes(words) && Date.now() - Date.parse(time) < INDEXED;
    const focused = list.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    fill(
      list,
      agents.length === 0
        ? empty("No agent was seen.", "Point an agent's hooks at the gateway, or use fewer letters in the filter.")
        : table(
            "Agents, the riskiest first",
            [
              ["agent", (row) => agentLink(row.id)],
              ["risk", (row) => risk(row.risk)],
              ["state", (row) => (row.contained ? state("contained") : el("span", { class: "quiet" }, "acts"))],
              ["incident", (row) => (row.incident ? link(["incidents", row.incident], null, "open") : el("span", { class: "quiet" }, "none"))],
              ["task", (row) => (row.task ? said(row.task.purpose) : el("span", { class: "quiet" }, "no open task"))],
              ["actions, last hour", (row) => Number(row.actions_last_hour).toLocaleString("en")],
              ["last seen", (row) => age(row.last_seen)],
            ],
            agents,
          ),
      total > agents.length ? el("p", { class: "quiet" }, `${agents.length} of ${total}: filter for the others.`) : null,
    );
    if (focused) {
      [...list.querySelectorAll("a")].find((a) => a.getAttribute("href") === focused)?.focus();
    }
  };
  const reload = () => load().catch(() => {});
  let dirty = false;
  on("agent", () => {
    dirty = true;
  });
  every(1_000, () => {
    // One that has just begun to act is in the list when it is indexed.
    if (dirty || live.entries.some(isMissing)) {
      dirty = false;
      reload();
    }
  });
  field.addEventListener("input", reload);
  fill(main, el("h1", {}, "Agents"), el("div", { class: "filters" }, field), list);
  await load();
}

async function one(context) {
  const { main, id, signal, on, every } = context;
  const progress = el("div", {});
  const about = el("div", {});
  fill(main, about);
  const load = async () => {
    const row = await read("/api/agents/one", { id }, signal);
    fill(about, page(row, progress, (order) => follow(progress, order, context)));
  };
  let dirty = false;
  on("agent", (row) => {
    dirty ||= row.id === id;
  });
  on("entry", (entry) => {
    dirty ||= entry.agent === id && entry.lane === "countermand";
  });
  every(1_000, () => {
    if (dirty) {
      dirty = false;
      load().catch(() => {});
    }
  });
  await load();
}

function page(row, progress, ordered) {
  const timeline = new URLSearchParams({ agent: row.id });
  return [
    el("div", { class: "title" }, el("h1", {}, said(row.id)), row.contained ? state("contained") : null, risk(row.risk), el("span", { class: "space" }), agentButton(row.id, row.contained !== null, ordered)),
    progress,
    row.contained
      ? el("p", { class: "notice" }, "Contained since ", time(row.contained.since), row.contained.rung ? `, rung ${row.contained.rung}` : "", ": ", said(row.contained.reason), " Every gateway denies what it tries.")
      : null,
    el(
      "p",
      {},
      el("a", { class: "button", href: `#/timeline?${timeline}` }, "Its timeline"),
      el("span", { class: "quiet" }, ` last seen `, age(row.last_seen), `, ${count(row.actions_last_hour, "action")} in the last hour`),
    ),
    el("div", { class: "two" }, section("Why its risk is what it is", { class: "card" }, contributions(row)), section("What it is asked to do", { class: "card" }, task(row.task))),
    el("div", { class: "two" }, section("Credentials", { class: "card" }, credentials(row)), section("Taken away", { class: "card" }, taken(row))),
    section("Incidents", { class: "card" }, incidents(row)),
  ];
}

function contributions(row) {
  if (!row.contributions?.length) {
    return el("p", { class: "quiet" }, "Nothing was found of it lately.");
  }
  const most = Math.max(...row.contributions.map((one) => one.score), 1);
  return el(
    "ul",
    { class: "contributions" },
    [...row.contributions].sort((a, b) => b.score - a.score).map((one) =>
      el("li", {}, el("b", {}, said(one.kind)), meter("weight", one.score, most), el("span", {}, Number(one.score).toFixed(1)), el("p", { class: "quiet" }, said(one.text))),
    ),
  );
}

function task(open) {
  if (!open) {
    return el("p", { class: "quiet" }, "It has no open task: everything but reading is outside of it. Open one: countermand task open --agent …");
  }
  const list = (words) => (words?.length ? words.flatMap((word, n) => [n ? ", " : "", said(word, "mono")]) : "none");
  return el(
    "dl",
    { class: "facts" },
    el("dt", {}, "purpose"),
    el("dd", {}, said(open.purpose)),
    el("dt", {}, "environments"),
    el("dd", {}, list(open.environments)),
    el("dt", {}, "resources"),
    el("dd", {}, list(open.resources)),
    el("dt", {}, "verbs"),
    el("dd", {}, list(open.verbs)),
    el("dt", {}, "credentials"),
    el("dd", {}, open.credentials?.length ? open.credentials.flatMap((one, n) => [n ? ", " : "", credentialLink(one.fingerprint ?? one, one.name)]) : "none"),
    el("dt", {}, "granted by"),
    el("dd", {}, said(open.approved_by ?? "nobody"), ", until ", time(open.until)),
  );
}

function credentials(row) {
  return row.credentials?.length
    ? table(
        "Credentials seen with the agent",
        [
          ["credential", (one) => credentialLink(one.fingerprint, one.name)],
          ["state", (one) => state(one.state)],
          ["environment", (one) => said(one.environment ?? "unknown")],
        ],
        row.credentials,
      )
    : el("p", { class: "quiet" }, "It was seen with none.");
}

function taken(row) {
  return row.taken?.length
    ? table(
        "What was taken away",
        [
          ["credential", (one) => credentialLink(one.credential, one.name)],
          ["at", (one) => said(one.provider ?? "")],
          ["step", (one) => `${one.step} ${one.state}`],
          ["time", (one) => (one.time ? time(one.time) : "")],
        ],
        row.taken,
      )
    : el("p", { class: "quiet" }, "Nothing.");
}

function incidents(row) {
  return row.incidents?.length
    ? table(
        "Incidents of the agent",
        [
          ["incident", (one) => link(["incidents", one.id], null, said(one.title))],
          ["severity", (one) => severity(one.severity)],
          ["status", (one) => state(one.status)],
          ["last", (one) => age(one.last)],
        ],
        row.incidents,
      )
    : el("p", { class: "quiet" }, "It had none.");
}
