/** What other rules would have done, beside what was done: the lines of `backtest --json`. */
import { el, fill } from "../dom.js";
import { agentLink, empty, failure, link, section, table, time } from "../parts.js";
import { count, full } from "../words.js";

const MOST_BYTES = 16 * 1024 * 1024;
const MOST_LINES = 50_000;
const AROUND = 600_000;

/** Asks for a file; it is read in the browser and goes nowhere. */
export async function show({ main, tell }) {
  const file = el("input", { type: "file", "aria-label": "Result of a backtest", accept: ".json,.jsonl,.txt" });
  const shown = el("div", { class: "backtest" });
  const advice = () => empty("Open the result of a backtest.", "countermand backtest --rules NEW.yaml --from 30d --json > backtest.jsonl. The file is read here and sent nowhere.");
  file.addEventListener("change", async () => {
    const chosen = file.files[0];
    if (!chosen) {
      fill(shown, advice());
      return;
    }
    try {
      if (chosen.size > MOST_BYTES) {
        throw new Error(`The file has more than ${MOST_BYTES >> 20} MiB: it is no result of a backtest.`);
      }
      const result = parse(await chosen.text());
      fill(shown, difference(result));
      tell(`${count(result.caught.length, "agent")} newly caught, ${result.wrong.length} stopped wrongly`);
    } catch (error) {
      fill(shown, failure(error, null));
    }
  });
  fill(main, el("h1", {}, "Backtest"), el("div", { class: "filters" }, file), shown);
  fill(shown, advice());
  file.focus();
}

/** The rules and agents of the lines; throws where they are none. */
export function parse(text) {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (lines.length === 0 || lines.length > MOST_LINES) {
    throw new Error(`A result of a backtest has 1 to ${MOST_LINES} lines.`);
  }
  const rows = lines.map((line, index) => {
    try {
      return Object(JSON.parse(line));
    } catch {
      throw new Error(`Line ${index + 1} is no JSON. Make the file by countermand backtest --json.`);
    }
  });
  const agents = rows.filter((row) => typeof row.agent === "string" && "would_stop" in row);
  const counts = rows.find((row) => typeof row.actions === "number");
  if (!counts) {
    throw new Error("The file is no whole result of a backtest: its last line, with the number of actions, is missing.");
  }
  const wrong = agents.filter((row) => row.wrongly === true);
  return {
    counts,
    rules: rows.filter((row) => typeof row.rule === "string" && "findings" in row),
    wrong,
    caught: agents.filter((row) => row.would_stop && !row.was_stopped && row.wrongly !== true),
    missed: agents.filter((row) => !row.would_stop && row.was_stopped && row.by_hand !== true),
    hand: agents.filter((row) => row.was_stopped && row.by_hand === true && row.wrongly !== true),
    same: agents.filter((row) => row.would_stop && row.was_stopped && row.by_hand !== true && row.wrongly !== true),
  };
}

function difference({ counts, rules, wrong, caught, missed, hand, same }) {
  return [
    el("p", {}, `${count(counts.actions, "action")} scored: `, el("b", {}, `${caught.length} newly caught, ${wrong.length} stopped wrongly, ${missed.length} not any more`), `, ${hand.length} by hand, ${same.length} as then.`),
    agents("Newly caught", "caught", caught, "Nobody who was let go on then would be stopped."),
    agents("Stopped wrongly", "wrong", wrong, "Nobody would be stopped again whom a person let act again."),
    agents("Not stopped any more", "missed", missed, "Everybody who was stopped then would be."),
    agents("Stopped by hand", "hand", hand, "No person stopped anybody whom no rule had stopped."),
    agents("As then", "same", same, "Nobody was stopped then and would be again."),
    section(
      "Rules",
      {},
      rules.length === 0
        ? empty("No rule fired.", "See --from, and that the rules are those you meant.")
        : table(
            "Rules",
            [
              ["rule", (row) => el("span", { class: "mono" }, row.rule)],
              ["findings", (row) => String(Number(row.findings) || 0)],
              ["agents", (row) => String(Number(row.agents) || 0)],
              ["would stop", (row) => String(Number(row.stops) || 0)],
              ["first", (row) => when(row.first)],
            ],
            rules,
          ),
    ),
  ];
}

function agents(title, kind, rows, none) {
  return section(
    title,
    { class: kind },
    rows.length === 0
      ? el("p", { class: "quiet" }, none)
      : table(
          title,
          [
            ["agent", (row) => agentLink(row.agent)],
            ["would stop", (row) => when(row.would_stop)],
            ["by", (row) => el("span", { class: "mono" }, String(row.by ?? "–"))],
            ["was stopped", (row) => when(row.was_stopped)],
            ["released", (row) => when(row.released)],
            ["what happened", (row) => around(row)],
          ],
          rows,
        ),
  );
}

function when(instant) {
  return valid(instant) ? time(instant, full) : el("span", { class: "quiet" }, "–");
}

function around(row) {
  const at = row.would_stop ?? row.was_stopped;
  if (!valid(at)) {
    return el("span", { class: "quiet" }, "–");
  }
  const middle = Date.parse(at);
  const span = { from: new Date(middle - AROUND).toISOString(), to: new Date(middle + AROUND).toISOString() };
  return link(["timeline"], { agent: row.agent, ...span }, "timeline");
}

function valid(instant) {
  return typeof instant === "string" && !Number.isNaN(Date.parse(instant));
}
