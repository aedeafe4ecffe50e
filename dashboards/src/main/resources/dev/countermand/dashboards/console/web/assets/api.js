/** The console's own server, and nothing else. */

/** An answer that is not a success: its code and its sentence. */
export class ApiError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

let session = null;
let lost = () => {};

/** Who is signed in: name, role; null when nobody is. */
export function whoever() {
  return session;
}

/** Whether the person may answer, contain and release. */
export function mayAct() {
  return session !== null && !session.replay && (session.role === "responder" || session.role === "admin");
}

/** What is called when the session is over. */
export function onLost(listener) {
  lost = listener;
}

/** Reads; `query` values that are empty are left out. */
export function read(path, query = {}, signal = undefined) {
  const parameters = new URLSearchParams(
    Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== ""),
  );
  const text = parameters.toString();
  return call("GET", text ? `${path}?${text}` : path, undefined, signal);
}

/**
 * What asks as `ask` does, for a view that asks anew while somebody types: an answer that comes after that of a later
 * question ends as one that was aborted, so that nothing old is drawn over what is newer.
 */
export function inOrder(ask) {
  let asked = 0;
  let answered = 0;
  return async (...question) => {
    const mine = ++asked;
    const [outcome] = await Promise.allSettled([ask(...question)]);
    if (mine < answered) {
      throw new DOMException("What was asked later is answered already.", "AbortError");
    }
    answered = mine;
    if (outcome.status === "rejected") {
      throw outcome.reason;
    }
    return outcome.value;
  };
}

/** Acts on what an id names; in the name of whoever is signed in. */
export function act(path, id, body) {
  return call("POST", `${path}?${new URLSearchParams({ id })}`, body);
}

/** Goes on with the session there is; null when there is none. */
export async function resume() {
  try {
    session = await call("GET", "/api/session", undefined, undefined, true);
  } catch (error) {
    if (error.status !== 401) {
      throw error;
    }
    session = null;
  }
  return session;
}

/** Signs in with a token. */
export async function signIn(token) {
  session = await call("POST", "/api/session", { token }, undefined, true);
  return session;
}

/** Signs out. */
export async function signOut() {
  await call("DELETE", "/api/session");
  session = null;
}

async function call(method, path, body, signal, expected = false) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
  }
  if (method !== "GET" && session) {
    headers["X-Countermand-Csrf"] = session.csrf;
  }
  let response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
      signal,
    });
  } catch (error) {
    if (error.name === "AbortError") {
      throw error;
    }
    throw new ApiError(0, "CONSOLE_AWAY", "The console's server does not answer. Is it running?");
  }
  const text = await response.text();
  let answer = {};
  try {
    answer = text ? JSON.parse(text) : {};
  } catch {
    // An answer that is no JSON is told by its status.
  }
  if (!response.ok) {
    const error = answer.error ?? {};
    if (response.status === 401 && !expected) {
      session = null;
      lost();
    }
    throw new ApiError(response.status, error.code ?? `HTTP ${response.status}`, error.message ?? "The server refused.");
  }
  return answer;
}
