/** Reads again what a page shows, for as long as it is open and something comes. */

/** Never more often than this, in milliseconds. */
const SOONEST = 2_000;

/** What has come is indexed a little later: a read at once would miss it. */
const INDEXED = 700;

/** When reads are as far apart as this and bring nothing, it rests until it is stirred. */
const LATEST = 60_000;

/** How much longer than a read the pause after it is at least: long stories cost the server more. */
const SHARE = 4;

/**
 * Reads soon after each `stir`, and ever more rarely while nothing is stirred. One read at a time; none while the page
 * is hidden, and one when it is shown again. What is the same as before is not drawn again, so that nobody who reads is
 * disturbed for nothing.
 *
 * @param read what reads; where it fails it is tried again later
 * @param draw what draws an answer
 * @param first the answer that is drawn
 * @param signal ends it
 * @returns `stir()`, to be called when something came
 */
export function rereading(read, draw, first, signal) {
  let told = JSON.stringify(first);
  let pause = SOONEST;
  let ended = performance.now();
  let took = 0;
  let due = Infinity;
  let timer = null;
  let busy = false;

  const plan = () => {
    clearTimeout(timer);
    if (due < Infinity && !busy && !document.hidden && !signal.aborted) {
      timer = setTimeout(again, Math.max(0, due - performance.now()));
    }
  };
  const earliest = () => Math.max(ended + Math.max(SOONEST, took * SHARE), performance.now() + INDEXED);
  const again = async () => {
    const began = performance.now();
    busy = true;
    due = Infinity;
    let failed = false;
    try {
      const answer = await read();
      const now = JSON.stringify(answer);
      if (now !== told) {
        told = now;
        draw(answer);
      }
    } catch {
      // The server is away, or the page was left.
      failed = true;
    }
    ended = performance.now();
    took = ended - began;
    busy = false;
    if (due < Infinity) {
      // Stirred while it read.
      due = earliest();
    } else if (pause < LATEST || failed) {
      due = Math.max(earliest(), ended + pause);
      pause = Math.min(LATEST, pause * 2);
    }
    plan();
  };
  const stir = () => {
    pause = SOONEST;
    due = Math.min(due, earliest());
    plan();
  };
  document.addEventListener("visibilitychange", stir, { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
  stir();
  return { stir };
}
