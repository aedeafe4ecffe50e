package dev.countermand.model;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What an action does to a resource. The order is from harmless to grave. */
public enum Verb implements Wire {
  READ,
  EXECUTE,
  WRITE,
  SEND,
  READ_SECRET,
  GRANT,
  DELETE,
  DESTROY;

  /** For errors: which names there are. */
  public static final String CHOICE =
      Stream.of(values())
          .map(Verb::wireName)
          .collect(Collectors.joining(", ", "must be one of ", ""));

  /** The verb of a name as it stands in documents. */
  public static Optional<Verb> named(String name) {
    return Stream.of(values()).filter(verb -> verb.wireName().equals(name)).findFirst();
  }
}
