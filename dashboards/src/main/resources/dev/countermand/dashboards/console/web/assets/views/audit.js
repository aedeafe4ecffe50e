/** What people did. */
import { read } from "../api.js";
import { el, fill } from "../dom.js";
import { empty, entryRow } from "../parts.js";
import { moment } from "../words.js";

const SOON = 1_500;

/** Shows the latest first; what comes is there as soon as it is indexed. */
export async function show({ main, signal, on }) {
  const list = el("div", {});
  const load = async () => {
    const { entries } = await read("/api/audit", { limit: 200 }, signal);
    fill(
      list,
      entries.length === 0
        ? empty("Nothing yet.", "Every answer, containment and release is written here with the name of who did it.")
        : el("div", { class: "entries" }, entries.map((entry) => entryRow(entry, moment, entry.details.join("; ")))),
    );
  };
  let timer = null;
  on("entry", (entry) => {
    if (entry.lane === "people") {
      clearTimeout(timer);
      timer = setTimeout(() => load().catch(() => {}), SOON);
    }
  });
  signal.addEventListener("abort", () => clearTimeout(timer));
  fill(main, el("h1", {}, "Audit"), list);
  await load();
}
