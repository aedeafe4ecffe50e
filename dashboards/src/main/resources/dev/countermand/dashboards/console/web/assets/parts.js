/** What several views show. */
import { el, said, visible } from "./dom.js";
import { ago, clock, full, left, moment, short } from "./words.js";

/** A link within the console. */
export function link(parts, query, ...children) {
  // Half of a surrogate pair, which an agent can send, has no place in an address.
  const path = parts.map((part) => encodeURIComponent(String(part).replace(/\p{Surrogate}/gu, "\uFFFD"))).join("/");
  const text = new URLSearchParams(query ?? {}).toString();
  return el("a", { href: `#/${path}${text ? `?${text}` : ""}` }, ...children);
}

/** The link to an agent. */
export function agentLink(id) {
  return id ? link(["agents", id], null, said(id, "agent")) : el("span", { class: "quiet" }, "nobody");
}

/** The link to a credential by its name, or its fingerprint where it has none. */
export function credentialLink(fingerprint, name) {
  const made = link(["credentials", fingerprint], null, said(name || short(fingerprint), name ? "name" : "mono"));
  made.title = fingerprint;
  return made;
}

/** A severity in a word and a colour. */
export function severity(value) {
  return value && value !== "none" ? el("span", { class: `badge ${known(value)}` }, value) : null;
}

function known(value) {
  return ["low", "medium", "high", "critical"].includes(value) ? value : "plain";
}

/** A state in a word. */
export function state(value) {
  const tone = { contained: "good", dead: "good", closed: "plain", open: "high", live: "medium" }[value] ?? "plain";
  return el("span", { class: `badge ${tone}` }, value);
}

/** What was answered to an attempt; what is allowed is nothing new. */
export function answer(value) {
  const [word, tone] = { deny: ["denied", "critical"], ask: ["asked", "medium"] }[value] ?? [null, null];
  return word ? el("span", { class: `badge ${tone}` }, word) : null;
}

/** What an entry is, without the answer that stands in a badge beside it. */
export function nameOf(entry) {
  return entry.answer ? entry.what.split(" -> ", 1)[0] : entry.what;
}

/** What an entry is, in a few words and badges. */
export function whatOf(entry) {
  return [visible(nameOf(entry)), " ", answer(entry.answer), " ", severity(entry.severity)];
}

/** What an entry says: what agents typed as they typed it, what we say as prose. */
export function textOf(entry, text = entry.text) {
  return said(text, entry.lane === "agent" || entry.lane === "provider" ? "mono" : "said");
}

/** A time that is told whole when pointed at. */
export function time(instant, how = moment) {
  return el("time", { datetime: instant ?? "", title: full(instant) }, instant ? how(instant) : "never");
}

/** A time that grows old: `tick` renews it. */
export function age(instant) {
  return el("time", { datetime: instant ?? "", title: full(instant), "data-age": instant ?? "" }, ago(instant));
}

/** A time that runs out. */
export function countdown(until) {
  return el("time", { datetime: until, title: `until ${full(until)}`, class: "countdown", "data-until": until }, left(until));
}

/** Renews the ages and countdowns below an element. */
export function tick(root) {
  const now = Date.now();
  for (const one of root.querySelectorAll("[data-age]")) {
    one.textContent = ago(one.dataset.age, now);
  }
  for (const one of root.querySelectorAll("[data-until]")) {
    one.textContent = left(one.dataset.until, now);
    one.classList.toggle("soon", Date.parse(one.dataset.until) - now < 30_000);
  }
}

/** A risk as a bar of 0 to 100 with its number. */
export function risk(value) {
  if (!value) {
    return el("span", { class: "quiet" }, "none");
  }
  const score = Math.max(0, Math.min(100, Number(value.score ?? value)));
  const level = score >= 90 ? "critical" : score >= 70 ? "high" : score >= 50 ? "medium" : "low";
  return el("span", { class: "risk" }, meter("risk", score, 100, level), el("b", {}, score.toFixed(0)));
}

/** A bar from 0 to `most`. */
export function meter(name, value, most, level = "low") {
  const bar = el("i", {});
  bar.style.width = `${(100 * value) / most}%`;
  return el("span", { class: `meter ${level}`, role: "meter", "aria-label": name, "aria-valuemin": 0, "aria-valuemax": most, "aria-valuenow": value }, bar);
}

/** What is said where there is nothing, and what to do about it. */
export function empty(title, advice) {
  return el("div", { class: "empty" }, el("p", {}, title), el("p", { class: "quiet" }, advice));
}

/** What is said where something failed. */
export function failure(error, again) {
  return el(
    "div",
    { class: "failure", role: "alert" },
    el("p", {}, visible(error.message)),
    el("p", { class: "quiet" }, error.code ?? ""),
    again ? el("button", { type: "button", onclick: again }, "Try again") : null,
  );
}

/** A section with a heading. */
export function section(title, attributes, ...children) {
  return el("section", attributes ?? {}, el("h2", {}, title), ...children);
}

/**
 * A table whose rows are cards on a phone.
 *
 * @param columns pairs of a title and a function from a row to its cell; the first holds the link
 */
export function table(name, columns, rows) {
  const head = el("tr", {}, columns.map(([title]) => el("th", { scope: "col" }, title)));
  const body = rows.map((row) =>
    el(
      "tr",
      {},
      columns.map(([title, cell], index) => {
        const made = el("td", { "data-label": title }, cell(row));
        if (index === 0) {
          made.querySelector("a")?.setAttribute("data-row", "");
        }
        return made;
      }),
    ),
  );
  return el("table", { class: "cards", "aria-label": name }, el("thead", {}, head), el("tbody", {}, body));
}

/** One line of an entry, as the stream, searches and credentials show it; `more` stands behind it. */
export function entryRow(entry, when = clock, more = null) {
  const row = el(
    "a",
    { class: `entry ${entry.lane}`, href: entryHref(entry), "data-row": "" },
    el("time", { datetime: entry.time, title: full(entry.time) }, when(entry.time)),
    el("span", { class: "lane" }, entry.lane),
    el("span", { class: "what" }, whatOf(entry)),
    el("span", { class: "text" }, said(entry.agent ?? "", "agent"), " ", textOf(entry), more ? el("span", { class: "quiet" }, " ", said(more)) : null),
  );
  return row;
}

/** Where an entry is shown among what happened around it. */
export function entryHref(entry) {
  const about = entry.elasticsearch?.data_stream ?? "";
  const query = about.includes("finding")
    ? { finding: entry.id }
    : entry.agent
      ? { agent: entry.agent, from: around(entry.time, -600_000), to: around(entry.time, 600_000) }
      : { from: around(entry.time, -600_000), to: around(entry.time, 600_000) };
  return `#/timeline?${new URLSearchParams({ ...query, at: entry.id })}`;
}

function around(instant, millis) {
  return new Date(Date.parse(instant) + millis).toISOString();
}
