/** What happens now. */
import { read, whoever } from "../api.js";
import { drawMinutes } from "../chart.js";
import { el, fill } from "../dom.js";
import { agentLink, empty, entryRow, failure, link, risk, section, state } from "../parts.js";
import { count } from "../words.js";

const ROWS = 150;

/** Shows counters, the last hour, the riskiest agents and the live stream. */
export async function show({ main, live, signal, on, every, tell }) {
  const counters = el("div", { class: "counters" });
  const chart = el("div", { class: "chart" });
  const top = el("div", {});
  const trouble = el("div", {});
  const stream = streamOf({ live, signal, on, every, tell });
  fill(
    main,
    el("h1", { class: "unseen" }, "Now"),
    trouble,
    counters,
    el("div", { class: "two" }, section("Actions per minute by verb, last hour", { class: "card" }, chart), section("Riskiest agents", { class: "card" }, top)),
    stream.element,
  );
  let overview = null;
  const load = async () => {
    try {
      overview = await read("/api/overview", {}, signal);
      fill(trouble, overview.index === "away" && !whoever()?.replay ? el("p", { class: "failure", role: "status" }, "Elasticsearch is away: counts, search and what was before are missing. What comes is live; answers work.") : null);
      drawCounters(counters, overview);
      draw(chart, overview.minutes);
      drawTop(top, overview.top_risk);
    } catch (error) {
      if (error.name !== "AbortError") {
        fill(trouble, failure(error, load));
      }
    }
  };
  let dirty = false;
  for (const kind of ["agent", "incident", "waiting"]) {
    on(kind, () => {
      dirty = true;
    });
  }
  let age = 0;
  every(1_000, () => {
    age += 1;
    if (dirty || age >= 10) {
      dirty = false;
      age = 0;
      load();
    }
  });
  addEventListener("resize", () => overview && draw(chart, overview.minutes), { signal });
  await Promise.all([load(), stream.begin()]);
}

function draw(chart, minutes) {
  if (minutes.some((minute) => Object.keys(minute.actions).length > 0)) {
    drawMinutes(chart, minutes);
  } else {
    fill(chart, whoever()?.replay ? empty("A replay is not counted.", "Open an incident or an agent for its timeline.") : empty("No action in the last hour.", "Point an agent's hooks at the gateway: README, “Use it”."));
  }
}

function drawCounters(holder, overview) {
  const one = (number, words, path, query, tone) =>
    link([path], query, el("b", { class: number > 0 && tone ? tone : "" }, Number(number).toLocaleString("en")), el("span", {}, words));
  fill(
    holder,
    one(overview.agents, "agents", "agents", null, null),
    one(overview.open_incidents, "open incidents", "incidents", { status: "open" }, "critical"),
    one(overview.contained, "contained", "agents", null, "good"),
    one(overview.waiting, "waiting for an answer", "waiting", null, "medium"),
  );
}

function drawTop(holder, rows) {
  fill(
    holder,
    rows.length === 0
      ? empty("No agent has a risk.", "A risk comes with the first finding.")
      : el(
          "ul",
          { class: "top" },
          rows.map((row) => {
            const to = agentLink(row.id);
            to.setAttribute("data-row", "");
            return el("li", {}, to, row.contained ? state("contained") : null, risk(row.risk));
          }),
        ),
  );
}

/** The live stream: paused and filtered by the person. */
function streamOf({ live, signal, on, every, tell }) {
  let paused = false;
  let missed = 0;
  let dirty = true;
  let earlier = [];
  const list = el("div", { class: "entries", role: "log", "aria-label": "Live entries", "aria-live": "off" });
  const pause = el("button", { type: "button", "aria-pressed": "false" }, "Pause");
  const filter = el("input", { type: "search", "aria-label": "Filter the stream", placeholder: "filter" });
  const kind = el(
    "select",
    { "aria-label": "Kind" },
    [["", "everything"], ["agent", "what agents did"], ["provider", "what providers saw"], ["countermand", "findings and containment"], ["people", "what people did"]].map(
      ([value, words]) => el("option", { value }, words),
    ),
  );
  const gap = el("span", { class: "quiet", role: "status" });
  let shown = [];
  const redraw = () => {
    const words = filter.value.trim().toLowerCase();
    const ids = new Set();
    const matches = [...shown, ...earlier].filter((entry) => {
      const key = `${entry.id} ${entry.what}`;
      const fresh = !ids.has(key);
      ids.add(key);
      return (
        fresh &&
        (kind.value === "" || entry.lane === kind.value) &&
        (words === "" || `${entry.agent} ${entry.what} ${entry.text} ${entry.severity ?? ""}`.toLowerCase().includes(words))
      );
    });
    // Rows that are there stay there: the one that has the focus keeps it.
    const there = new Map([...list.querySelectorAll(".entry")].map((row) => [row.dataset.key, row]));
    const rows = matches.slice(0, ROWS).map((entry) => {
      const key = `${entry.id} ${entry.what}`;
      const row = there.get(key) ?? entryRow(entry);
      row.dataset.key = key;
      return row;
    });
    fill(list, rows.length ? rows : empty("Nothing has come yet.", "What agents do appears here at once. Try: countermand demo"));
  };
  const take = () => {
    dirty = false;
    shown = live.entries.slice();
    if (whoever()?.replay) {
      // Of what was played before the page was opened, topic by topic, the latest comes first.
      shown.sort((a, b) => Date.parse(b.time) - Date.parse(a.time));
    }
    missed = 0;
    fill(pause, "Pause");
    redraw();
  };
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    fill(pause, paused ? "Go on" : "Pause");
    if (!paused) {
      take();
    }
  });
  filter.addEventListener("input", redraw);
  kind.addEventListener("change", redraw);
  on("entry", (entry) => {
    if (paused) {
      missed += 1;
      fill(pause, `Go on (${missed} new)`);
    } else {
      dirty = true;
    }
    if (entry.severity === "critical") {
      tell(`critical: ${entry.text}`);
    }
  });
  on("overflow", (data) => fill(gap, `${count(data.left_out, "entry", "entries")} came too fast to be shown`));
  every(250, () => {
    if (dirty && !paused) {
      take();
    }
  });
  return {
    element: section("Live", { class: "card stream-card" }, el("div", { class: "filters" }, pause, filter, kind, gap), list),
    begin: async () => {
      take();
      // What was before the page was opened; where the index is away the stream begins empty.
      const { hits } = await read("/api/search", { limit: 50 }, signal).catch(() => ({ hits: [] }));
      earlier = hits;
      redraw();
    },
  };
}
