/** What people did. */
import { read } from "../api.js";
import { el, fill } from "../dom.js";
import { empty, entryRow } from "../parts.js";
import { moment } from "../words.js";

/** Shows the latest first. */
export async function show({ main, signal }) {
  const { entries } = await read("/api/audit", { limit: 200 }, signal);
  fill(
    main,
    el("h1", {}, "Audit"),
    entries.length === 0
      ? empty("Nothing yet.", "Every answer, containment and release is written here with the name of who did it.")
      : el("div", { class: "entries" }, entries.map((entry) => entryRow(entry, moment))),
  );
}
