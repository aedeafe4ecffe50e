/** Search over actions and findings. */
import { inOrder, read } from "../api.js";
import { el, fill } from "../dom.js";
import { empty, entryRow, failure } from "../parts.js";
import { count, moment, VERBS } from "../words.js";

/** Shows the field, and what is found while one types. */
export async function show({ main, query, signal }) {
  const words = el("input", { type: "search", "aria-label": "Words", placeholder: "a command, a file, a resource …", value: query.get("q") ?? "" });
  const agent = el("input", { "aria-label": "Agent", placeholder: "agent", value: query.get("agent") ?? "" });
  const verb = el(
    "select",
    { "aria-label": "Verb" },
    el("option", { value: "" }, "any verb"),
    VERBS.map((one) => el("option", { value: one, selected: query.get("verb") === one }, one)),
  );
  const found = el("div", { "aria-live": "polite" });
  const ask = inOrder(read);
  let timer = null;
  const run = async () => {
    const asked = { q: words.value.trim(), agent: agent.value.trim(), verb: verb.value };
    const kept = new URLSearchParams(Object.entries(asked).filter(([, value]) => value)).toString();
    history.replaceState(null, "", kept ? `#/search?${kept}` : "#/search");
    try {
      const { hits, total } = await ask("/api/search", { ...asked, limit: 100 }, signal);
      fill(
        found,
        el("p", { class: "quiet" }, count(total, "entry", "entries"), total > hits.length ? `, the latest ${hits.length} shown` : ""),
        hits.length === 0
          ? empty("Nothing found.", "Use fewer words, another agent, or a part of a resource's name.")
          : el("div", { class: "entries" }, hits.map((hit) => entryRow(hit, moment))),
      );
    } catch (error) {
      if (error.name !== "AbortError") {
        fill(found, failure(error, run));
      }
    }
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(run, 200);
  };
  words.addEventListener("input", soon);
  agent.addEventListener("input", soon);
  verb.addEventListener("change", run);
  fill(main, el("h1", {}, "Search"), el("div", { class: "filters" }, words, agent, verb), found);
  words.focus();
  await run();
}
