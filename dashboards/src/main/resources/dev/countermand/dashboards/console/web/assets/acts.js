/** Containing and releasing an agent, and what came of it. */
import { act, mayAct, read } from "./api.js";
import { askReason } from "./dialog.js";
import { el, fill } from "./dom.js";
import { entryRow, failure } from "./parts.js";

const RUNGS = [
  ["", "as the policy says"],
  ["pause", "pause: deny its attempts"],
  ["narrow", "narrow its credentials"],
  ["suspend", "suspend its credentials"],
  ["revoke", "revoke its credentials"],
];
const LOOKS = 40;

/** The button for what can be done with an agent; null for those who may not. */
export function agentButton(agent, isContained, ordered) {
  if (!mayAct()) {
    return null;
  }
  const release = () =>
    askReason({ title: "Release the agent?", text: `${agent} may act again. What was revoked stays revoked.`, verb: "Release", tone: "primary" }, async (reason) =>
      ordered((await act("/api/agents/release", agent, { reason })).order),
    );
  const contain = () =>
    askReason(
      { title: "Contain the agent?", text: `Every gateway denies what ${agent} tries from then on.`, verb: "Contain", tone: "danger", choiceLabel: "How far", choices: RUNGS },
      async (reason, rung) => ordered((await act("/api/agents/contain", agent, rung ? { reason, rung } : { reason })).order),
    );
  return isContained
    ? el("button", { type: "button", class: "primary", onclick: release }, "Release …")
    : el("button", { type: "button", class: "danger", onclick: contain }, "Contain …");
}

/** Shows in a holder what comes of an order, while it comes. */
export function follow(holder, order, { signal, tell, every }) {
  let looks = 0;
  const list = el("div", { class: "entries" }, el("p", { class: "quiet" }, "Nothing yet."));
  fill(holder, el("section", { class: "card", "aria-label": "What came of the order" }, el("h2", {}, "What came of the order"), list));
  tell("It is ordered.");
  const look = async () => {
    if (looks++ < LOOKS) {
      try {
        const { outcomes } = await read("/api/orders/one", { id: order }, signal);
        if (outcomes.length) {
          fill(list, outcomes.map((outcome) => entryRow(outcome)));
        }
      } catch (error) {
        if (error.name !== "AbortError") {
          fill(list, failure(error));
        }
      }
    }
  };
  every(1_000, look);
}
