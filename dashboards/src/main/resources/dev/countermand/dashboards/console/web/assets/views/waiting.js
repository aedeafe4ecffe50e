/** What waits for a person: attempts of agents, and orders of containment. */
import { act, mayAct, read } from "../api.js";
import { el, fill, said, visible } from "../dom.js";
import { age, agentLink, countdown, credentialLink, empty } from "../parts.js";

/** Shows it; what comes is added at the end, so that nothing moves below the pointer. */
export async function show({ main, signal, on, tell }) {
  const list = el("div", { class: "waits" });
  const cards = new Map();
  const update = (waiting) => {
    const all = [...waiting.attempts.map((one) => attempt(one, tell)), ...waiting.orders.map((one) => order(one, tell))];
    const there = new Set(all.map((one) => one.key));
    for (const [key, card] of cards) {
      if (!there.has(key)) {
        over(card);
      }
    }
    for (const { key, make } of all) {
      if (!cards.has(key)) {
        const card = make();
        cards.set(key, card);
        list.append(card);
      }
    }
    if (cards.size === 0) {
      fill(list, empty("Nothing waits.", "An attempt waits here while its agent does (gateway.ask-wait), and an order while containment.mode is approve."));
    } else {
      list.querySelector(".empty")?.remove();
    }
  };
  on("waiting", update);
  fill(main, el("h1", {}, "Waiting for an answer"), mayAct() ? null : el("p", { class: "notice" }, "You may look; a responder answers."), list);
  update(await read("/api/waiting", {}, signal));
}

function over(card) {
  if (!card.classList.contains("over")) {
    card.classList.add("over");
    card.querySelectorAll("button, input").forEach((one) => {
      one.disabled = true;
    });
    card.querySelector(".countdown")?.replaceWith(el("span", { class: "quiet" }, "does not wait any more"));
  }
}

function attempt(one, tell) {
  return {
    key: `attempt ${one.id}`,
    make: () =>
      el(
        "article",
        { class: "card wait", "aria-label": "An attempt that waits" },
        head("attempt", one),
        el("p", {}, agentLink(one.agent), " wants to run ", said(one.tool, "mono"), ":"),
        // Whole: what is left out of a command is where an attack would stand.
        el("pre", { class: "command", dir: "ltr" }, visible(one.command)),
        el("p", { class: "quiet" }, "Asked because: ", said(one.reason)),
        answers(one, "approve", "Allow", tell),
      ),
  };
}

function order(one, tell) {
  return {
    key: `order ${one.id}`,
    make: () =>
      el(
        "article",
        { class: "card wait", "aria-label": "An order that waits" },
        head("containment order", one),
        el("p", {}, "Contain ", agentLink(one.agent), one.rung ? ` by ${one.rung}` : "", ", and take away ", one.credentials.length ? one.credentials.flatMap((c, n) => [n ? ", " : "", credentialLink(c.fingerprint, c.name)]) : "no credential", "."),
        el("p", { class: "quiet" }, "Because: ", said(one.reason)),
        one.needs > 1 || one.said.length ? el("p", { class: "quiet" }, `It needs ${one.needs}; said: `, one.said.length ? one.said.map((s) => [said(s.by), ` ${s.answer} `]) : "nobody yet") : null,
        answers(one, "approve", "Approve", tell),
      ),
  };
}

function head(kind, one) {
  return el("div", { class: "title" }, el("span", { class: "badge plain" }, kind), el("span", { class: "quiet" }, "since ", age(one.since)), el("span", { class: "space" }), one.until ? [el("span", { class: "quiet" }, "time left"), countdown(one.until)] : null);
}

function answers(one, yes, word, tell) {
  if (!mayAct()) {
    return null;
  }
  const reason = el("input", { "aria-label": "Reason", placeholder: "reason, for the audit log", maxlength: 500 });
  const told = el("p", { class: "answered", role: "status" });
  const buttons = [];
  const say = async (value) => {
    if (!reason.value.trim()) {
      fill(told, "Say why: it is written to the audit log.");
      reason.focus();
      return;
    }
    buttons.forEach((button) => {
      button.disabled = true;
    });
    try {
      await act("/api/waiting/answer", one.id, { agent: one.agent, answer: value, reason: reason.value.trim() });
      reason.disabled = true;
      fill(told, value === "deny" ? "Denied." : `${word === "Allow" ? "Allowed" : "Approved"}.`);
      tell(told.textContent);
    } catch (error) {
      fill(told, visible(error.message));
      buttons.forEach((button) => {
        button.disabled = false;
      });
    }
  };
  buttons.push(
    el("button", { type: "button", class: "danger", onclick: () => say("deny") }, "Deny"),
    el("button", { type: "button", class: "primary", onclick: () => say(yes) }, word),
  );
  return [el("div", { class: "answer" }, reason, buttons), told];
}
