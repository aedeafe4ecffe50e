/** What a timeline answers in one line each. */
import { VERBS } from "./words.js";

/**
 * The worst thing that was done or tried, with what, and where that came from.
 *
 * @returns what (verb, resource, environment, bad), answered, credential, name, from; each may be missing
 */
export function factsOf(timeline) {
  let worst = null;
  for (const entry of timeline.entries) {
    for (const effect of entry.effects ?? []) {
      const rank = weight(effect);
      if (worst === null || rank < worst.rank) {
        worst = { rank, effect, entry };
      }
    }
  }
  const used = worst?.entry.credentials?.find((one) => one.how === "used") ?? null;
  const lineage = timeline.lineage?.find((one) => one.credential === used?.fingerprint) ?? timeline.lineage?.[0] ?? null;
  return {
    what: worst && { ...worst.effect, bad: ["destroy", "delete"].includes(worst.effect.verb) },
    answered: worst?.entry.answer ?? null,
    credential: used?.fingerprint ?? lineage?.credential ?? null,
    name: used?.name ?? lineage?.name ?? null,
    from: lineage?.seen_in ?? null,
  };
}

function weight(effect) {
  const verb = VERBS.indexOf(effect.verb);
  return (verb < 0 ? VERBS.length : verb) * 2 + (effect.environment === "production" ? 0 : 1);
}
