/** The entries of a timeline, those that are shown, and the one that is chosen. */
import { SEVERITIES } from "../words.js";

export const LANES = ["agent", "provider", "countermand", "people"];

/** Dispatches `shown` when other entries are shown, and `chosen` when another is chosen. */
export class Model extends EventTarget {
  /** All entries, the earliest first. */
  all = [];
  /** Those that pass the filter. */
  shown = [];
  /** Where a credential was read, used, found and proved dead. */
  lineage = [];
  /** The chosen entry; null when there is none. */
  chosen = null;
  #byId = new Map();
  #filter = { lanes: new Set(LANES), severity: "none", words: "" };

  /** Other entries; what was chosen stays chosen where it is still there. */
  load(entries, lineage) {
    this.all = entries.map((entry) => ({ ...entry, at: Date.parse(entry.time) }));
    this.all.sort((a, b) => a.at - b.at);
    this.lineage = lineage ?? [];
    this.#byId = new Map();
    for (const entry of this.all) {
      // An attempt and its result may have one id: the first is what others rest on.
      if (!this.#byId.has(entry.id)) {
        this.#byId.set(entry.id, entry);
      }
    }
    const before = this.chosen;
    this.chosen = before ? (this.all.find((entry) => entry.id === before.id && entry.what === before.what) ?? null) : null;
    this.#sift();
  }

  /** The entry of a document; undefined when it is not here. */
  byId(id) {
    return this.#byId.get(id);
  }

  /** Shows a lane or hides it. */
  lane(name, isShown) {
    this.#filter.lanes[isShown ? "add" : "delete"](name);
    this.#sift();
  }

  /** Shows findings of at least a severity; `none` for all entries. */
  severity(least) {
    this.#filter.severity = least;
    this.#sift();
  }

  /** Shows what has all the words. */
  words(text) {
    this.#filter.words = text.trim().toLowerCase();
    this.#sift();
  }

  /** Chooses an entry, or none. */
  choose(entry) {
    if (entry !== this.chosen) {
      this.chosen = entry;
      this.dispatchEvent(new Event("chosen"));
    }
  }

  /** Chooses the next or the one before among those that are shown. */
  step(by) {
    const at = this.shown.indexOf(this.chosen);
    const next = at < 0 ? (by > 0 ? 0 : this.shown.length - 1) : at + by;
    if (this.shown[next]) {
      this.choose(this.shown[next]);
    }
  }

  /** The chains of a lineage whose entries are here, each as entries in the order they happened. */
  chains() {
    return this.lineage.map((one) => ({
      lineage: one,
      stations: ["seen", "used", "finding", "dead"].map((what) => ({ what, entry: one[what] ? this.byId(one[what]) : undefined })).filter((station) => station.entry),
    }));
  }

  #sift() {
    const { lanes, severity, words } = this.#filter;
    const least = SEVERITIES.indexOf(severity);
    const parts = words.split(/\s+/).filter(Boolean);
    this.shown = this.all.filter(
      (entry) =>
        lanes.has(entry.lane) &&
        (least <= 0 || SEVERITIES.indexOf(entry.severity) >= least) &&
        (parts.length === 0 || parts.every((part) => text(entry).includes(part))),
    );
    this.dispatchEvent(new Event("shown"));
  }
}

function text(entry) {
  entry.searched ??= [entry.agent, entry.what, entry.severity, entry.text, ...(entry.details ?? []), ...(entry.credentials ?? []).map((one) => one.name)].join("\n").toLowerCase();
  return entry.searched;
}
