/** Sign-in with a token. */
import { signIn } from "../api.js";
import { el, fill } from "../dom.js";

/** Shows it; calls `done` when somebody is signed in. */
export function show({ main, done }) {
  const token = el("input", { id: "token", type: "password", autocomplete: "current-password", spellcheck: "false", required: true });
  const trouble = el("p", { class: "failure", role: "alert", hidden: true });
  const button = el("button", { type: "submit", class: "primary" }, "Sign in");
  const submit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      await signIn(token.value.trim());
      done();
    } catch (error) {
      fill(trouble, error.message).hidden = false;
      token.select();
    } finally {
      button.disabled = false;
    }
  };
  main.className = "signin";
  fill(
    main,
    el(
      "form",
      { class: "card", onsubmit: submit },
      el("img", { src: "/assets/icon.svg", alt: "", width: 48, height: 48 }),
      el("h1", {}, "Countermand"),
      el("p", { class: "quiet" }, "What AI agents do, what was found, and what was taken away."),
      el("label", { for: "token" }, "Token"),
      token,
      trouble,
      button,
      el("p", { class: "quiet" }, "It is printed where the console was started."),
    ),
  );
  token.focus();
}
