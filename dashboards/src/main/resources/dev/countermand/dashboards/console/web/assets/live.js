/** The live stream: one for the page, with what came lately kept for views that open later. */

const KINDS = ["begin", "entry", "agent", "incident", "waiting", "overflow"];
const KEPT = 500;
const SLOWEST = 15_000;

/** Dispatches an event of each kind with the data as `detail`, `state` when it is lost or back, and `fresh` when it came back and something is lost. */
export class Live extends EventTarget {
  #source = null;
  #timer = null;
  #wait = 1_000;
  #back = false;
  /** Whether another page of the same person took its place. It follows again when somebody looks at it. */
  #displaced = false;
  /** The id of the last event; empty when there was none. */
  #last = "";
  /** `off`, `live` or `lost`. */
  state = "off";
  /** The entries that came lately, the newest first. */
  entries = [];

  constructor() {
    super();
    document.addEventListener("visibilitychange", () => {
      if (this.#displaced && document.visibilityState === "visible") {
        this.start();
      }
    });
  }

  /** Starts, or goes on after the last event. */
  start() {
    this.#displaced = false;
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = new EventSource(this.#last ? `/api/live?after=${this.#last}` : "/api/live");
    this.#source.addEventListener("open", () => {
      this.#wait = 1_000;
      this.#become("live");
    });
    this.#source.addEventListener("error", () => {
      this.#become("lost");
      this.#back = true;
      // A browser tries again by itself where the connection broke, but not where it was refused.
      if (this.#source?.readyState === EventSource.CLOSED) {
        this.#timer = setTimeout(() => this.start(), this.#wait);
        this.#wait = Math.min(SLOWEST, this.#wait * 2);
      }
    });
    this.#source.addEventListener("displaced", () => {
      this.#source?.close();
      this.#displaced = true;
      this.#back = true;
      this.#become("lost");
    });
    for (const kind of KINDS) {
      this.#source.addEventListener(kind, (event) => this.#came(kind, event));
    }
  }

  /** Ends it. */
  stop() {
    this.#displaced = false;
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
    this.#last = "";
    this.#back = false;
    this.#become("off");
  }

  #came(kind, event) {
    const data = JSON.parse(event.data);
    this.#last = event.lastEventId || this.#last;
    if (kind === "entry") {
      this.entries.unshift(data);
      this.entries.length = Math.min(this.entries.length, KEPT);
    }
    this.dispatchEvent(new CustomEvent(kind, { detail: data }));
    if (this.#back) {
      this.#back = false;
      if (kind === "overflow") {
        // More was missed than the server keeps: views read anew.
        this.dispatchEvent(new Event("fresh"));
      }
    }
  }

  #become(state) {
    if (this.state !== state) {
      this.state = state;
      this.dispatchEvent(new Event("state"));
    }
  }
}
