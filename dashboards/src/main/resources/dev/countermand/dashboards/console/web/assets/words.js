/** How times, numbers and states are told. */

/** `06:12:03.120`, in UTC. */
export function clock(instant) {
  const date = new Date(instant);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString().slice(11, 23);
}

/** `06:12:03` today, `21 Nov 06:12` before. */
export function moment(instant) {
  if (!instant) {
    return "never";
  }
  const iso = new Date(instant).toISOString();
  if (iso.slice(0, 10) === new Date().toISOString().slice(0, 10)) {
    return iso.slice(11, 19);
  }
  const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  return `${Number(iso.slice(8, 10))} ${months[Number(iso.slice(5, 7)) - 1]} ${iso.slice(11, 16)}`;
}

/** `2026-11-21 06:12:03.120 UTC`. */
export function full(instant) {
  return instant ? `${new Date(instant).toISOString().replace("T", " ").replace("Z", "")} UTC` : "";
}

/** `12 s ago`. */
export function ago(instant, now = Date.now()) {
  return instant ? `${span(Math.max(0, now - Date.parse(instant)))} ago` : "never";
}

/** A length in milliseconds: `340 ms`, `1.2 s`, `3 min 20 s`, `2 h 5 min`, `3 d`. */
export function span(millis) {
  if (millis < 1_000) {
    return `${Math.round(millis)} ms`;
  }
  const seconds = millis / 1_000;
  if (seconds < 60) {
    return seconds < 10 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds)} s`;
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    const rest = Math.floor(seconds % 60);
    return rest === 0 || minutes >= 10 ? `${minutes} min` : `${minutes} min ${rest} s`;
  }
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h${minutes % 60 ? ` ${minutes % 60} min` : ""}` : `${Math.floor(hours / 24)} d`;
}

/** `04:59` left; `over` when it is. */
export function left(until, now = Date.now()) {
  const seconds = Math.ceil((Date.parse(until) - now) / 1_000);
  if (seconds <= 0) {
    return "over";
  }
  const hours = Math.floor(seconds / 3_600);
  const rest = `${String(Math.floor((seconds % 3_600) / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
  return hours ? `${hours}:${rest}` : rest;
}

/** `1 action`, `3 actions`. */
export function count(number, one, many = `${one}s`) {
  return `${Number(number).toLocaleString("en")} ${number === 1 ? one : many}`;
}

/** The severities, the least first. */
export const SEVERITIES = ["none", "low", "medium", "high", "critical"];

/** The verbs of effects, the worst first, each with its colour's number in the style sheet. */
export const VERBS = ["destroy", "delete", "grant", "read-secret", "send", "execute", "write", "read"];

/** A fingerprint one can tell from others at a glance. */
export function short(fingerprint) {
  const text = String(fingerprint ?? "");
  return text.length > 18 ? `${text.slice(0, 14)}…` : text;
}
