/** What people did. */
import { read } from "../api.js";
import { el, fill } from "../dom.js";
import { empty, entryRow } from "../parts.js";
import { moment } from "../words.js";

/** Shows the latest first; what came live and is not indexed yet stands before it. */
export async function show({ main, live, signal, on }) {
  const list = el("div", {});
  const { entries } = await read("/api/audit", { limit: 200 }, signal);
  const indexed = new Set(entries.map((entry) => entry.id));
  const draw = () => {
    const fresh = live.entries.filter((entry) => entry.elasticsearch?.data_stream.includes("audit") && !indexed.has(entry.id));
    const all = [...fresh, ...entries];
    fill(
      list,
      all.length === 0
        ? empty("Nothing yet.", "Every answer, containment and release is written here with the name of who did it.")
        : el("div", { class: "entries" }, all.map((entry) => entryRow(entry, moment, entry.details.join("; ")))),
    );
  };
  on("entry", (entry) => {
    if (entry.lane === "people") {
      draw();
    }
  });
  fill(main, el("h1", {}, "Audit"), list);
  draw();
}
