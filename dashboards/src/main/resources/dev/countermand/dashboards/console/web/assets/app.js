/** The frame: header, routes, keys, and what is told of the live stream. */
import { onLost, read, resume, signOut, whoever } from "./api.js";
import { showKeys } from "./dialog.js";
import { el, fill, said } from "./dom.js";
import { Live } from "./live.js";
import { failure, tick } from "./parts.js";
import * as agents from "./views/agents.js";
import * as audit from "./views/audit.js";
import * as backtest from "./views/backtest.js";
import * as credentials from "./views/credentials.js";
import * as incidents from "./views/incidents.js";
import * as now from "./views/now.js";
import * as search from "./views/search.js";
import * as signin from "./views/signin.js";
import * as timeline from "./views/timeline.js";
import * as waiting from "./views/waiting.js";

const VIEWS = { now, agents, incidents, waiting, credentials, search, backtest, audit, timeline };
const PAGES = [
  ["now", "Now", "n"],
  ["agents", "Agents", "a"],
  ["incidents", "Incidents", "i"],
  ["waiting", "Waiting", "w"],
  ["credentials", "Credentials", "c"],
  ["search", "Search", "s"],
  ["backtest", "Backtest", "b"],
];
const header = document.getElementById("header");
const main = document.getElementById("main");
const replay = document.getElementById("replay");
const trouble = document.getElementById("trouble");
const news = document.getElementById("news");
const live = new Live();
let current = null;
let waits = 0;

/** Says a sentence to those who listen rather than look. */
function tell(sentence) {
  news.textContent = sentence;
}

function drawHeader() {
  const session = whoever();
  const here = route().parts[0];
  const page = ([id, title]) =>
    el(
      "a",
      { href: `#/${id}`, "aria-current": here === id ? "page" : null },
      title,
      id === "waiting" && waits > 0 ? el("span", { class: "number", "aria-label": `${waits} waiting` }, waits) : null,
    );
  const all = session?.role === "admin" ? [...PAGES, ["audit", "Audit"]] : PAGES;
  // What nobody can do, and what nobody can search for, has no page.
  const pages = session?.replay ? all.filter(([id]) => !["waiting", "search", "backtest", "audit"].includes(id)) : all;
  fill(replay, session?.replay ? ["Replay ", said(session.replay, "mono"), ": what you see happened before. Nothing can be done in it."] : null);
  fill(
    header,
    el("a", { class: "brand", href: "#/now" }, el("img", { src: "/assets/icon.svg", alt: "", width: 22, height: 22 }), "Countermand"),
    session ? el("nav", { "aria-label": "Pages" }, pages.map(page)) : null,
    el("span", { class: "space" }),
    session ? el("span", { class: `stream ${live.state}`, role: "status" }, { live: "live", lost: "reconnecting", off: "not connected" }[live.state]) : null,
    el("button", { type: "button", class: "icon", "aria-label": "Dark or light", title: "Dark or light", onclick: switchTheme }, "◐"),
    session ? el("button", { type: "button", class: "icon of-keys", "aria-label": "Keys", title: "Keys", onclick: showKeys }, "?") : null,
    session ? el("span", { class: "person", title: `role ${session.role}` }, session.name, el("small", {}, session.role)) : null,
    session ? el("button", { type: "button", class: "link", onclick: leave }, "Sign out") : null,
  );
}

function switchTheme() {
  document.documentElement.dispatchEvent(new Event("themeswitch"));
}

async function leave() {
  await signOut().catch(() => {});
  live.stop();
  open();
}

function route() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?", 2);
  let parts;
  try {
    parts = path.split("/").filter(Boolean).map(decodeURIComponent);
  } catch {
    parts = [];
  }
  return { parts: parts.length ? parts : ["now"], query: new URLSearchParams(query ?? "") };
}

/** Opens what the address says. */
function open() {
  current?.abort.abort();
  // A question about what is not shown any more must not be answered.
  document.querySelectorAll("dialog").forEach((dialog) => dialog.close());
  const abort = new AbortController();
  drawHeader();
  fill(main);
  main.className = "";
  if (!whoever()) {
    current = { abort };
    signin.show({ main, done: begin });
    return;
  }
  const { parts, query } = route();
  const view = VIEWS[parts[0]];
  const context = {
    main,
    id: parts[1] ?? null,
    query,
    live,
    signal: abort.signal,
    tell,
    reopen: open,
    on: (kind, listener) => live.addEventListener(kind, (event) => listener(event.detail), { signal: abort.signal }),
    every: (millis, task) => {
      const timer = setInterval(() => document.hidden || task(), millis);
      abort.signal.addEventListener("abort", () => clearInterval(timer));
    },
  };
  current = { abort, keys: null };
  main.className = parts[0];
  if (!view) {
    fill(main, failure(new Error("There is no such page."), () => (location.hash = "#/now")));
    return;
  }
  document.title = `${parts[1] ?? PAGES.find(([id]) => id === parts[0])?.[1] ?? "Timeline"} · Countermand`;
  const opened = current;
  Promise.resolve(view.show(context)).then(
    (keys) => {
      opened.keys = keys ?? null;
    },
    (error) => {
      if (error.name !== "AbortError" && whoever()) {
        fill(main, failure(error, open));
      }
    },
  );
}

function begin() {
  live.start();
  open();
  read("/api/waiting").then(count, () => {});
}

function count(waiting) {
  const before = waits;
  waits = waiting.orders.length + waiting.attempts.length;
  if (waits !== before) {
    drawHeader();
    if (waits > before) {
      tell(`${waits} waiting for an answer`);
    }
  }
}

let going = 0;
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, dialog");
  if (!whoever() || event.ctrlKey || event.metaKey || event.altKey || typing) {
    if (typing && event.key === "Escape") {
      event.target.blur();
    }
    return;
  }
  if (Date.now() - going < 1_500) {
    going = 0;
    const page = PAGES.find(([, , key]) => key === event.key);
    if (page) {
      location.hash = `#/${page[0]}`;
      event.preventDefault();
      return;
    }
  }
  if (event.key === "g") {
    going = Date.now();
  } else if (event.key === "?") {
    showKeys();
  } else if (event.key === "/") {
    event.preventDefault();
    const field = main.querySelector("input[type=search]");
    if (field) {
      field.focus();
    } else {
      location.hash = "#/search";
    }
  } else if (current?.keys?.(event)) {
    event.preventDefault();
  } else if (event.key === "j" || event.key === "k") {
    move(event.key === "j" ? 1 : -1);
  }
});

function move(by) {
  const rows = [...main.querySelectorAll("[data-row]")];
  const at = rows.indexOf(document.activeElement);
  rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.max(0, Math.min(rows.length - 1, at + by))]?.focus();
}

live.addEventListener("state", () => {
  drawHeader();
  fill(trouble, live.state === "lost" ? "The live stream is lost; what you see may be old. Connecting again …" : null);
});
live.addEventListener("fresh", open);
live.addEventListener("waiting", (event) => count(event.detail));
onLost(() => {
  live.stop();
  open();
});
addEventListener("hashchange", open);
setInterval(() => tick(main), 1_000);

resume().then(
  (session) => (session ? begin() : open()),
  (error) => fill(main, failure(error, () => location.reload())),
);
