/** Credentials and what each could destroy. */
import { inOrder, read } from "../api.js";
import { el, fill, said } from "../dom.js";
import { age, agentLink, credentialLink, empty, entryRow, section, state, table } from "../parts.js";
import { moment } from "../words.js";

const BAD = ["destroy", "delete", "grant"];

/** Shows all of them, or one. */
export function show(context) {
  return context.id ? one(context) : all(context);
}

async function all({ main, query, signal }) {
  const field = el("input", { type: "search", "aria-label": "Filter", placeholder: "name, provider, owner …", value: query.get("q") ?? "" });
  const list = el("div", {});
  const ask = inOrder(read);
  const load = async () => {
    const { credentials, total } = await ask("/api/credentials", { q: field.value.trim(), limit: 200 }, signal);
    fill(
      list,
      credentials.length === 0
        ? empty("No credential is known.", "Register one: countermand credential add NAME --provider … --capability destroy:volume")
        : table(
            "Credentials",
            [
              ["credential", (row) => credentialLink(row.fingerprint, row.name)],
              ["state", (row) => state(row.state)],
              ["environment", (row) => environment(row.environment)],
              ["provider", (row) => said(row.provider ?? "unknown")],
              ["owner", (row) => said(row.owner ?? "nobody")],
              ["seen with", (row) => (row.agents.length ? row.agents.slice(0, 3).flatMap((id, n) => [n ? ", " : "", agentLink(id)]) : "no agent")],
              ["last used", (row) => age(row.last_used)],
            ],
            credentials,
          ),
      total > credentials.length ? el("p", { class: "quiet" }, `${credentials.length} of ${total}: filter for the others.`) : null,
    );
  };
  field.addEventListener("input", () => load().catch(() => {}));
  fill(main, el("h1", {}, "Credentials"), el("div", { class: "filters" }, field), list);
  await load();
}

function environment(name) {
  return el("span", { class: name === "production" ? "badge high" : "badge plain" }, name ?? "unknown");
}

async function one({ main, id, signal }) {
  const row = await read("/api/credentials/one", { id }, signal);
  const entries = (title, list, none) =>
    section(title, { class: "card" }, list.length ? el("div", { class: "entries" }, list.map((entry) => entryRow(entry, moment))) : el("p", { class: "quiet" }, none));
  const timeline = new URLSearchParams({ credential: row.fingerprint });
  fill(
    main,
    el("h1", {}, said(row.name ?? "A credential that nobody registered"), " ", state(row.state), " ", environment(row.environment)),
    el(
      "dl",
      { class: "facts" },
      el("dt", {}, "fingerprint"),
      el("dd", {}, said(row.fingerprint, "mono")),
      el("dt", {}, "provider"),
      el("dd", {}, said(row.provider ?? "unknown")),
      el("dt", {}, "owner"),
      el("dd", {}, said(row.owner ?? "nobody")),
      el("dt", {}, "seen with"),
      el("dd", {}, row.agents.length ? row.agents.flatMap((agent, n) => [n ? ", " : "", agentLink(agent)]) : "no agent"),
    ),
    el("p", {}, el("a", { class: "button", href: `#/timeline?${timeline}` }, "Its timeline")),
    section(
      "Blast radius: what it can do",
      { class: "card radius" },
      row.can.length === 0
        ? el("p", { class: "quiet" }, "Nothing is registered. Say it: countermand credential add … --capability destroy:volume")
        : el(
            "ul",
            { class: "can" },
            row.can.map((one) =>
              el("li", { class: BAD.includes(one.verb) ? "bad" : "" }, el("b", {}, one.verb), " ", said(one.resource, "mono"), one.environment ? [" in ", said(one.environment)] : null),
            ),
          ),
    ),
    entries("Read in", row.seen, "No agent was seen reading it."),
    entries("Used by", row.used, "No agent was seen using it."),
  );
}
