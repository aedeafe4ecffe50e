package dev.countermand.detectors.understand;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Database clients: finds the statements in their arguments and input. */
final class SqlPrograms {
  private SqlPrograms() {}

  /** Reads the statements; false when the arguments carry none. */
  static boolean read(
      Tool.Sql where, Arguments arguments, Invocation call, SqlReader sql, Effects out) {
    String environment = call.environment(Environments.UNKNOWN);
    boolean found = false;
    for (String option : where.options() == null ? List.<String>of() : where.options()) {
      found |= statement(arguments.value(option), environment, sql, out);
      for (Arguments.Option given : arguments.options()) {
        boolean joined = option.length() == 2 && given.name().startsWith(option);
        if (joined && given.name().length() > 2) {
          found |= statement(given.name().substring(2), environment, sql, out);
        }
      }
    }
    if (where.argument() > 0 && arguments.positional().size() >= where.argument()) {
      for (int i = where.argument() - 1; i < arguments.positional().size(); i++) {
        found |= statement(arguments.positional().get(i).text(), environment, sql, out);
      }
    }
    if (where.stdin() && !found) {
      found = statement(call.stdin(), environment, sql, out);
    }
    return found;
  }

  private static boolean statement(
      @Nullable String text, String environment, SqlReader sql, Effects out) {
    if (text == null || text.isBlank()) {
      return false;
    }
    sql.read(text, environment, out);
    return true;
  }
}
