/** Questions before an act. */
import { el, fill } from "./dom.js";

/**
 * Asks for a reason, then acts.
 *
 * @param question what is asked: title, text, verb of the button, tone, and choices (optional)
 * @param then what is done with the reason and the choice; what it throws is shown
 */
export function askReason(question, then) {
  const reason = el("textarea", { id: "reason", rows: 2, maxlength: 500, required: true });
  const trouble = el("p", { class: "failure", role: "alert", hidden: true });
  const choice = question.choices
    ? el("select", { id: "choice" }, question.choices.map(([value, words]) => el("option", { value }, words)))
    : null;
  const yes = el("button", { type: "button", class: question.tone ?? "primary" }, question.verb);
  const no = el("button", { type: "button" }, "Cancel");
  const dialog = el(
    "dialog",
    { "aria-labelledby": "question" },
    el("h2", { id: "question" }, question.title),
    el("p", {}, question.text),
    choice ? [el("label", { for: "choice" }, question.choiceLabel), choice] : null,
    el("label", { for: "reason" }, "Reason, for the audit log"),
    reason,
    trouble,
    el("div", { class: "buttons" }, no, yes),
  );
  const finish = async () => {
    if (!reason.value.trim()) {
      fill(trouble, "Say why: it is written to the audit log.").hidden = false;
      reason.focus();
      return;
    }
    yes.disabled = true;
    try {
      await then(reason.value.trim(), choice?.value);
      dialog.close();
    } catch (error) {
      fill(trouble, error.message).hidden = false;
      yes.disabled = false;
    }
  };
  yes.addEventListener("click", finish);
  no.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  reason.focus();
}

/** The keys there are. */
export function showKeys() {
  const keys = [
    ["/", "search"],
    ["g n", "go to what happens now"],
    ["g a", "go to the agents"],
    ["g i", "go to the incidents"],
    ["g w", "go to what waits"],
    ["g c", "go to the credentials"],
    ["g b", "go to the results of a backtest"],
    ["j  k", "next, previous row or entry"],
    ["Enter", "open it"],
    ["+  −  0", "timeline: closer, farther, all of it"],
    ["←  →", "timeline: earlier, later"],
    ["Esc", "close"],
    ["?", "this list"],
  ];
  const close = el("button", { type: "button" }, "Close");
  const dialog = el(
    "dialog",
    { "aria-labelledby": "keys" },
    el("h2", { id: "keys" }, "Keys"),
    el("dl", { class: "keys" }, keys.map(([key, what]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, what)])),
    el("div", { class: "buttons" }, close),
  );
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
