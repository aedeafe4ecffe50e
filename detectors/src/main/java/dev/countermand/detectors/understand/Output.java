package dev.countermand.detectors.understand;

import dev.countermand.detectors.understand.shell.AnsiEscapes;
import dev.countermand.detectors.understand.shell.Command;
import dev.countermand.detectors.understand.shell.Word;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a command prints, where its text alone decides that. */
final class Output {
  private static final int MAX = 65_536;

  private Output() {}

  /** What it prints, or null when only running it would tell. */
  static @Nullable String of(Command command, @Nullable String input) {
    List<Word> words = command.words();
    String name = words.get(0).text();
    return switch (name) {
      case "echo", "printf" -> spoken(name, words);
      case "cat", "tee" -> words.size() == 1 || name.equals("tee") ? input : null;
      case "base64" -> decodes(words) ? decoded(input) : null;
      case "openssl" -> decodes(words) && base64(words) ? decoded(input) : null;
      case "xxd" -> words.size() > 1 && input != null ? hex(input) : null;
      case "rev" -> input == null ? null : new StringBuilder(input.strip()).reverse().toString();
      default -> null;
    };
  }

  private static String spoken(String name, List<Word> words) {
    StringBuilder said = new StringBuilder();
    boolean escapes = name.equals("printf");
    for (Word word : words.subList(1, words.size())) {
      String text = word.text();
      if (said.isEmpty()
          && (text.equals("-n") || text.equals("-e") || text.equals("-ne") || text.equals("-en"))) {
        escapes |= text.contains("e");
        continue;
      }
      said.append(said.isEmpty() ? "" : " ").append(text);
      if (said.length() > MAX) {
        break;
      }
    }
    String result = said.toString();
    return escapes ? AnsiEscapes.decode(result).replace("%s", "") : result;
  }

  private static boolean base64(List<Word> words) {
    return words.stream().anyMatch(word -> word.text().contains("base64"));
  }

  private static boolean decodes(List<Word> words) {
    for (Word word : words) {
      String text = word.text();
      if (text.equals("-d") || text.equals("-D") || text.equals("--decode") || text.equals("-di")) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable String decoded(@Nullable String input) {
    if (input == null) {
      return null;
    }
    try {
      return new String(Base64.getMimeDecoder().decode(input.strip()), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static String hex(String input) {
    StringBuilder out = new StringBuilder();
    String digits = input.strip();
    for (int i = 0; i + 1 < digits.length(); i += 2) {
      int high = Character.digit(digits.charAt(i), 16);
      int low = Character.digit(digits.charAt(i + 1), 16);
      if (high < 0 || low < 0) {
        break;
      }
      out.append((char) (high * 16 + low));
    }
    return out.toString();
  }
}
