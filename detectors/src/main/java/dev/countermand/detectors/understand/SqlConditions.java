package dev.countermand.detectors.understand;

import dev.countermand.detectors.understand.SqlTokens.Kind;
import dev.countermand.detectors.understand.SqlTokens.Token;
import java.util.ArrayList;
import java.util.List;

/** Whether a condition holds for every row by its form alone. */
final class SqlConditions {
  private static final int MAX_DEPTH = 12;

  private SqlConditions() {}

  /** Whether the tokens after {@code WHERE} are true whatever the row. */
  static boolean alwaysTrue(List<Token> condition) {
    return alwaysTrue(condition, 0);
  }

  private static boolean alwaysTrue(List<Token> condition, int depth) {
    if (condition.isEmpty() || depth > MAX_DEPTH) {
      return false;
    }
    for (List<Token> either : parts(condition, "OR")) {
      boolean all = true;
      for (List<Token> each : parts(either, "AND")) {
        all &= holds(each, depth);
      }
      if (all) {
        return true;
      }
    }
    return false;
  }

  private static boolean holds(List<Token> part, int depth) {
    int n = part.size();
    if (n == 0) {
      return false;
    }
    if (part.get(0).symbol("(") && part.get(n - 1).symbol(")")) {
      return alwaysTrue(part.subList(1, n - 1), depth + 1);
    }
    if (n == 1) {
      Token only = part.get(0);
      return only.is("TRUE") || (only.kind() == Kind.NUMBER && !only.text().equals("0"));
    }
    if (n == 2) {
      return part.get(0).is("NOT") && (part.get(1).is("FALSE") || part.get(1).text().equals("0"));
    }
    if (n == 4 && part.get(1).is("IS") && part.get(2).is("NOT") && part.get(3).is("NULL")) {
      return true;
    }
    return n == 3 && compares(part.get(0), part.get(1), part.get(2));
  }

  private static boolean compares(Token left, Token operator, Token right) {
    boolean same = left.kind() == right.kind() && left.text().equals(right.text());
    boolean constants = constant(left) && constant(right);
    if (operator.is("LIKE") || operator.is("ILIKE")) {
      return right.text().equals("%");
    }
    return switch (operator.text()) {
      case "=", ">=", "<=" -> same;
      case "<>", "!=" -> constants && !same;
      case ">" -> (!constant(left) && right.text().equals("0")) || (constants && !same);
      default -> false;
    };
  }

  private static boolean constant(Token token) {
    return token.kind() == Kind.NUMBER || token.kind() == Kind.STRING;
  }

  private static List<List<Token>> parts(List<Token> tokens, String separator) {
    List<List<Token>> parts = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (token.symbol("(")) {
        depth++;
      } else if (token.symbol(")")) {
        depth--;
      } else if (depth == 0 && token.is(separator)) {
        parts.add(tokens.subList(from, i));
        from = i + 1;
      }
    }
    parts.add(tokens.subList(from, tokens.size()));
    return parts;
  }
}
