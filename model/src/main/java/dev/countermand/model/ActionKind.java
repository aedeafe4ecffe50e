package dev.countermand.model;

/** What an action is made of. */
public enum ActionKind implements Wire {
  /** A command line. */
  SHELL,
  /** A database statement. */
  SQL,
  /** A request to an API. */
  HTTP,
  /** A file read, written or edited. */
  FILE,
  /** A call of an MCP tool. */
  MCP,
  /** A call of any other tool. */
  TOOL,
  /** The life of a session. */
  SESSION
}
