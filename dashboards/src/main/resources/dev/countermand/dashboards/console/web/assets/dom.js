/**
 * Elements. Texts become text nodes and nothing else: what agents wrote is never markup.
 */

/** An element; `on…` attributes are listeners, null and false ones are left out. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) {
      continue;
    }
    if (key.startsWith("on")) {
      element.addEventListener(key.slice(2), value);
    } else {
      element.setAttribute(key, value === true ? "" : String(value));
    }
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Replaces what is in an element. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// Controls, directions, joiners, tags, fillers: characters that are not seen but change what is read.
const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]|[\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu;

/** The nodes of a text in which characters that hide or turn others are shown by their number. */
export function visible(text) {
  const nodes = [];
  let from = 0;
  for (const match of String(text ?? "").matchAll(UNSEEN)) {
    nodes.push(text.slice(from, match.index));
    const number = match[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    nodes.push(el("span", { class: "odd", title: "A character that is not seen" }, `U+${number}`));
    from = match.index + match[0].length;
  }
  nodes.push(String(text ?? "").slice(from));
  return nodes.filter((node) => node !== "");
}

/** The same as a string, for canvases and titles. */
export function visibleText(text) {
  return String(text ?? "").replace(UNSEEN, (odd) => `⟨U+${odd.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);
}

/** Words an agent may have written, kept apart from the direction of what is around them. */
export function said(text, kind = "said") {
  return el("bdi", { class: kind }, visible(text));
}
