/** Where entries stand in the picture: in rows of their lane, together where there is no room. */
import { SEVERITIES } from "../words.js";
import { LANES } from "./model.js";

/** Between two marks of a row, in pixels. */
const APART = 13;

/**
 * Places what is in sight. Every entry takes the row of its lane that has been free for longest, so
 * that there is room for its words; where no row is free it joins the last mark.
 *
 * @param entries the earliest first
 * @param x from a time to pixels
 * @param box left, right, top, laneHeight, rows, rowHeight
 * @returns marks (`x`, `y`, `room`, `entries`, `severity`), and the mark of each entry
 */
export function place(entries, x, box) {
  const marks = [];
  const markOf = new Map();
  const rows = LANES.map(() => Array.from({ length: box.rows }, () => null));
  for (const entry of entries) {
    const at = x(entry.at);
    const lane = LANES.indexOf(entry.lane);
    if (at < box.left - 400 || at > box.right + 400 || lane < 0) {
      continue;
    }
    const mine = rows[lane];
    let row = 0;
    for (let i = 1; i < box.rows; i++) {
      if ((mine[i]?.x ?? -Infinity) < (mine[row]?.x ?? -Infinity)) {
        row = i;
      }
    }
    const before = mine[row];
    if (before !== null && at - before.x < APART) {
      // The newest mark is the nearest one.
      const nearest = mine.reduce((a, b) => (b.x > a.x ? b : a));
      join(nearest, entry);
      markOf.set(entry, nearest);
      continue;
    }
    if (before !== null) {
      before.room = at - before.x;
    }
    const mark = { x: at, y: box.top + lane * box.laneHeight + 13 + row * box.rowHeight, lane, room: Infinity, entries: [entry], severity: rank(entry), bad: isBad(entry) };
    mine[row] = mark;
    marks.push(mark);
    markOf.set(entry, mark);
  }
  return { marks, markOf };
}

function join(mark, entry) {
  mark.entries.push(entry);
  mark.severity = Math.max(mark.severity, rank(entry));
  mark.bad ||= isBad(entry);
}

function rank(entry) {
  return Math.max(0, SEVERITIES.indexOf(entry.severity));
}

/** Whether it destroys something. */
export function isBad(entry) {
  return (entry.effects ?? []).some((effect) => effect.verb === "destroy" || effect.verb === "delete");
}
