/** What a timeline answers in one line each. */
import { SEVERITIES, VERBS } from "./words.js";

const BAD = ["destroy", "delete"];
const PROOF = "proof: ";

/**
 * The worst thing that was done or tried, with what, and where that came from.
 *
 * @returns what (an effect), isBad, answered, finding (the gravest about it), credential, name,
 *     from; each may be missing
 */
export function factsOf(timeline) {
  let worst = null;
  for (const entry of timeline.entries) {
    for (const effect of entry.effects ?? []) {
      if (worst === null || rank(effect) < rank(worst.effect)) {
        worst = { effect, entry };
      }
    }
  }
  const used = worst?.entry.credentials?.find((one) => one.how === "used") ?? null;
  const lineage = timeline.lineage?.find((one) => one.credential === used?.fingerprint) ?? timeline.lineage?.[0] ?? null;
  return {
    what: worst?.effect ?? null,
    isBad: BAD.includes(worst?.effect.verb),
    answered: worst?.entry.answer ?? null,
    finding: worst && gravest(timeline.entries, worst.entry.id),
    credential: used?.fingerprint ?? lineage?.credential ?? null,
    name: used?.name ?? lineage?.name ?? null,
    from: lineage?.seen_in ?? null,
  };
}

function rank(effect) {
  const verb = VERBS.indexOf(effect.verb);
  return (verb < 0 ? VERBS.length : verb) * 2 + (effect.environment === "production" ? 0 : 1);
}

/** What was found about an action: of several the one about what it does, then the gravest. */
function gravest(entries, action) {
  const weight = (entry) => SEVERITIES.indexOf(entry.severity) + (entry.what.endsWith("destructive") ? 10 : 0);
  return entries.filter((entry) => entry.severity && entry.related.includes(action)).reduce((a, b) => (a && weight(a) >= weight(b) ? a : b), null);
}

/** A stage in one line: what it came down to, where its entry says so, or what the server says. */
export function stageText(stage, timeline) {
  const entry = timeline.entries.find((one) => one.id === stage.entry);
  if (!entry) {
    return stage.text;
  }
  if (stage.stage === "contained") {
    return "Every gateway denies the agent from here on.";
  }
  const proof = entry.details.find((line) => line.startsWith(PROOF));
  const effect = stage.stage === "destroyed" ? entry.effects.find((one) => BAD.includes(one.verb)) : null;
  if (effect) {
    return `${effect.verb} ${effect.resource}${entry.answer === "deny" ? ": denied" : ""}`;
  }
  return proof ? proof.slice(PROOF.length) : entry.text;
}
