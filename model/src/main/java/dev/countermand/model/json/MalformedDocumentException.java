package dev.countermand.model.json;

/**
 * A document that does not have the shape of its record. The message names the field and what was
 * expected; it never quotes a value, which may be a secret.
 */
public final class MalformedDocumentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String path;
  private final String problem;

  /**
   * @param path the field, dotted; empty for the document itself
   * @param problem what is wrong, without the value
   */
  public MalformedDocumentException(String path, String problem) {
    super(path.isEmpty() ? problem : path + ": " + problem);
    this.path = path;
    this.problem = problem;
  }

  /** The same problem of a document that stands at a path in another. */
  MalformedDocumentException below(String above) {
    return new MalformedDocumentException(path.isEmpty() ? above : above + "." + path, problem);
  }

  /** The field, dotted; empty for the document itself. */
  public String path() {
    return path;
  }
}
