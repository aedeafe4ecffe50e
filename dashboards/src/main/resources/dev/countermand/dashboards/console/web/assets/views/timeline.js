/** A timeline of an agent, a finding, a session, a task or a credential. */
import { read } from "../api.js";
import { el, fill, said } from "../dom.js";
import { empty } from "../parts.js";
import { rereading } from "../reread.js";
import { timelineOf } from "../timeline/timeline.js";

const ABOUT = ["incident", "agent", "finding", "session", "task", "credential", "from", "to"];

/** Shows it; that of an agent without an end is followed. */
export async function show({ main, query, signal, on }) {
  const asked = Object.fromEntries(ABOUT.map((key) => [key, query.get(key)]));
  const timeline = timelineOf(signal);
  const title = el("h1", {}, "Timeline");
  // Its span moves with the clock, and is not shown.
  const ask = async () => ({ ...(await read("/api/timeline", { ...asked, limit: 10_000 }, signal)), from: null, to: null });
  const first = await ask();
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
  if (asked.agent && !asked.to) {
    const { stir } = rereading(ask, (answer) => timeline.load(answer), first, signal);
    on("entry", (entry) => entry.agent === asked.agent && stir());
  }
  return timeline.keys;
}
