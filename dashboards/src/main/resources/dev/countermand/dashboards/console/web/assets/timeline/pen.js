/** What the picture of a timeline draws with: words, curves and the shapes of marks. */
import { visibleText } from "../dom.js";
import { nameOf } from "../parts.js";

/** An entry in one line. */
export function label(entry) {
  return visibleText(`${nameOf(entry)}${entry.answer === "deny" ? ", denied" : ""} · ${entry.text}`).replace(/\s+/g, " ");
}

/** As much of some words as fits into so many pixels. */
export function cut(words, room) {
  // A letter is about 6.4 pixels wide; measuring each would cost more than the picture.
  const most = Math.floor(room / 6.4);
  return words.length > most ? `${words.slice(0, Math.max(1, most - 1))}…` : words;
}

/** An arrow from a mark to another. */
export function curve(pen, from, to) {
  const bend = Math.max(24, Math.abs(to.x - from.x) / 2);
  const end = to.x - 8;
  pen.beginPath();
  pen.moveTo(from.x, from.y);
  pen.bezierCurveTo(from.x + bend, from.y, end - bend, to.y, end, to.y);
  pen.stroke();
  pen.beginPath();
  pen.moveTo(end + 3, to.y);
  pen.lineTo(end - 6, to.y - 4.5);
  pen.lineTo(end - 6, to.y + 4.5);
  pen.closePath();
  pen.fill();
}

/** The path of a mark: a circle, a diamond for what destroys, a box for several entries. */
export function shape(pen, mark) {
  pen.beginPath();
  if (mark.entries.length > 1) {
    pen.roundRect(mark.x - 6, mark.y - 7, 12, 14, 3);
  } else if (mark.bad) {
    pen.moveTo(mark.x, mark.y - 7);
    pen.lineTo(mark.x + 7, mark.y);
    pen.lineTo(mark.x, mark.y + 7);
    pen.lineTo(mark.x - 7, mark.y);
    pen.closePath();
  } else {
    pen.arc(mark.x, mark.y, 5, 0, 2 * Math.PI);
  }
}

/** How times are told where so many milliseconds are in sight. */
export function clockFor(millis) {
  return globalThis.d3.utcFormat(millis < 12_000 ? "%H:%M:%S.%L" : millis < 3_600_000 ? "%H:%M:%S" : millis < 172_800_000 ? "%H:%M" : "%d %b");
}
