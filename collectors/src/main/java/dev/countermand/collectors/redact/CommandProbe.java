package dev.countermand.collectors.redact;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Passwords that stand in a command where only the command's own syntax says so: {@code curl -u
 * user:pw}, {@code mysql -ppw}, {@code sshpass -p pw}, {@code docker login -p pw}.
 */
final class CommandProbe implements Probe {

  private static final int MAX_COMMAND = 4096;
  private static final int MAX_ARGUMENTS = 64;
  private static final Set<String> DATABASES =
      Set.of("mysql", "mysqldump", "mysqladmin", "mariadb", "mysqlimport");

  private final Values values;

  CommandProbe(Values values) {
    this.values = values;
  }

  @Override
  public void examine(Scan scan, int start, int end) {
    if (Chars.isName(scan.at(start - 1))
        || (!Chars.isSpace(scan.at(end)) && !Chars.isQuote(scan.at(end)))) {
      return;
    }
    if (!hasFlag(scan, end)) {
      return;
    }
    String command = scan.slice(start, end).toLowerCase(Locale.ROOT);
    List<Argument> arguments = Argument.parse(scan, end, MAX_COMMAND, MAX_ARGUMENTS);
    scan.budget.spend(arguments.isEmpty() ? 8 : arguments.get(arguments.size() - 1).end() - start);
    boolean login = false;
    for (int i = 0; i < arguments.size(); i++) {
      Argument argument = arguments.get(i);
      String text = argument.text();
      login |= text.equals("login");
      @Nullable Argument next = i + 1 < arguments.size() ? arguments.get(i + 1) : null;
      switch (command) {
        case "curl", "wget", "http", "https" -> user(scan, argument, next);
        case "sshpass", "ldapsearch", "ldapadd", "ldapmodify" -> {
          separate(scan, text, next, Set.of("-p", "-w"));
          attached(scan, argument, "-p");
        }
        case "docker", "podman", "az", "oc", "helm" -> {
          if (login) {
            separate(scan, text, next, Set.of("-p"));
          }
        }
        case "redis-cli" -> separate(scan, text, next, Set.of("-a"));
        case "mongo", "mongosh", "mongodump" -> separate(scan, text, next, Set.of("-p"));
        case "sqlcmd" -> {
          separate(scan, text, next, Set.of("-P"));
          attached(scan, argument, "-P");
        }
        default -> {
          if (DATABASES.contains(command)) {
            attached(scan, argument, "-p");
          }
        }
      }
    }
  }

  /** Whether a flag of interest follows at all: most commands are not worth parsing. */
  private static boolean hasFlag(Scan scan, int from) {
    int to = Math.min(scan.length(), from + MAX_COMMAND);
    scan.budget.spend((to - from) / 8);
    for (int i = from; i < to; i++) {
      char c = scan.at(i);
      if (c == '\n' && scan.at(i - 1) != '\\') {
        return false;
      }
      if (c == '-' && "upUPwa-".indexOf(scan.at(i + 1)) >= 0 && Chars.isSpace(scan.at(i - 1))) {
        return true;
      }
    }
    return false;
  }

  private void user(Scan scan, Argument argument, @Nullable Argument next) {
    String text = argument.text();
    Argument pair = null;
    int skip = 0;
    if (text.equals("-u")
        || text.equals("--user")
        || text.equals("--proxy-user")
        || text.equals("-a")) {
      pair = next;
    } else if (text.startsWith("--user=")) {
      pair = argument;
      skip = "--user=".length();
    } else if (text.startsWith("-u") && text.length() > 4 && text.indexOf(':') > 0) {
      pair = argument;
      skip = 2;
    }
    if (pair == null) {
      return;
    }
    int colon = pair.text().indexOf(':', skip);
    if (colon < 0) {
      return;
    }
    String user = pair.text().substring(skip, colon);
    String password = pair.text().substring(colon + 1);
    if (isCredential(password)) {
      scan.report(
          "cli-password", pair.offset(colon + 1), pair.end(), trim(password), Detection.COMMAND);
    } else if (password.isEmpty() && isCredential(user) && Values.hasDigit(user)) {
      scan.report("cli-password", pair.offset(skip), pair.offset(colon), user, Detection.COMMAND);
    }
  }

  private void separate(Scan scan, String flag, @Nullable Argument next, Set<String> flags) {
    if (next != null
        && flags.contains(flag)
        && !next.text().startsWith("-")
        && isPassword(next.text())) {
      scan.report("cli-password", next.start(), next.end(), next.text(), Detection.COMMAND);
    }
  }

  private void attached(Scan scan, Argument argument, String flag) {
    String text = argument.text();
    if (text.startsWith(flag) && text.length() > flag.length() + 2 && text.charAt(1) != '-') {
      String password = text.substring(flag.length());
      if (isPassword(password)) {
        scan.report(
            "cli-password",
            argument.offset(flag.length()),
            argument.end(),
            password,
            Detection.COMMAND);
      }
    }
  }

  private boolean isPassword(String text) {
    return text.length() >= 3 && !Values.isReference(text) && !values.isPlaceholder(text + "#1aZ");
  }

  /** In curl's user:password most words are examples; a password has more than lower case. */
  private boolean isCredential(String text) {
    return text.length() >= 6
        && !Values.isReference(text)
        && text.indexOf('$') != 0
        && text.indexOf('<') < 0
        && text.indexOf('>') < 0
        && text.indexOf('[') < 0
        && !values.isPlaceholder(text)
        && !text.chars().allMatch(c -> Chars.isLower((char) c));
  }

  private static String trim(String password) {
    return password.startsWith("{") && password.endsWith("}")
        ? password.substring(1, password.length() - 1)
        : password;
  }
}
