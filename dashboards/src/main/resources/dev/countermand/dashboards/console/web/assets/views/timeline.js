/** A timeline of an agent, a finding, a session, a task or a credential. */
import { read } from "../api.js";
import { el, fill, said } from "../dom.js";
import { empty } from "../parts.js";
import { timelineOf } from "../timeline/timeline.js";

const LIVE = 2_000;
const ABOUT = ["incident", "agent", "finding", "session", "task", "credential", "from", "to"];

/** Shows it; what comes of its agent is read again while it is small. */
export async function show({ main, query, signal, on, every }) {
  const asked = Object.fromEntries(ABOUT.map((key) => [key, query.get(key)]));
  const timeline = timelineOf(signal);
  const title = el("h1", {}, "Timeline");
  const read1 = () => read("/api/timeline", { ...asked, limit: 10_000 }, signal);
  const first = await read1();
  fill(title, said(first.title ?? "Timeline"));
  fill(
    main,
    title,
    first.entries.length === 0 ? empty("Nothing happened in this time.", "Take a longer one: a timeline goes back as far as the index keeps it.") : null,
    timeline.element,
  );
  timeline.load(first);
  if (query.get("at")) {
    timeline.choose(query.get("at"));
  }
  let dirty = false;
  on("entry", (entry) => {
    dirty ||= Boolean(asked.agent) && !asked.to && entry.agent === asked.agent && timeline.size < LIVE;
  });
  every(1_500, async () => {
    if (dirty) {
      dirty = false;
      timeline.load(await read1());
    }
  });
  return timeline.keys;
}
