package dev.countermand.model;

/** What an action does to a resource. The order is from harmless to grave. */
public enum Verb implements Wire {
  READ,
  EXECUTE,
  WRITE,
  SEND,
  READ_SECRET,
  GRANT,
  DELETE,
  DESTROY
}
