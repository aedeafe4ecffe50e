/** The live stream: one for the page, with what came lately kept for views that open later. */

const KINDS = ["entry", "agent", "incident", "waiting", "overflow"];
const KEPT = 500;
const SLOWEST = 15_000;

/** Dispatches an event of each kind with the data as `detail`, `state` when it is lost or back, and `fresh` when it began anew. */
export class Live extends EventTarget {
  #source = null;
  #timer = null;
  #wait = 1_000;
  #fresh = false;
  /** `off`, `live` or `lost`. */
  state = "off";
  /** The entries that came lately, the newest first. */
  entries = [];

  /** Starts, or goes on after it was stopped. */
  start() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = new EventSource("/api/live");
    this.#source.addEventListener("open", () => {
      this.#wait = 1_000;
      this.#become("live");
      if (this.#fresh) {
        this.#fresh = false;
        this.dispatchEvent(new Event("fresh"));
      }
    });
    this.#source.addEventListener("error", () => {
      this.#become("lost");
      // A browser tries again by itself where the connection broke, but not where it was refused.
      if (this.#source?.readyState === EventSource.CLOSED) {
        // What came meanwhile is not told again then: views are told to read anew.
        this.#fresh = true;
        this.#timer = setTimeout(() => this.start(), this.#wait);
        this.#wait = Math.min(SLOWEST, this.#wait * 2);
      }
    });
    for (const kind of KINDS) {
      this.#source.addEventListener(kind, (event) => this.#came(kind, event));
    }
  }

  /** Ends it. */
  stop() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
    this.#become("off");
  }

  #came(kind, event) {
    const data = JSON.parse(event.data);
    if (kind === "entry") {
      this.entries.unshift(data);
      this.entries.length = Math.min(this.entries.length, KEPT);
    }
    this.dispatchEvent(new CustomEvent(kind, { detail: data }));
  }

  #become(state) {
    if (this.state !== state) {
      this.state = state;
      this.dispatchEvent(new Event("state"));
    }
  }
}
