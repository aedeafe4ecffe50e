package dev.countermand.detectors.understand;

import dev.countermand.detectors.understand.shell.Word;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A program with its arguments, wrappers taken off.
 *
 * @param name without directories
 * @param words the arguments
 * @param stdin what is piped in, as far as the text says; null when unknown or nothing
 * @param feeder the name of the program that pipes into it; empty without one
 * @param settings the {@code NAME=value} words before it
 * @param context where it runs
 */
record Invocation(
    String name,
    List<Word> words,
    @Nullable String stdin,
    String feeder,
    List<Word> settings,
    Context context) {

  Invocation with(String newName, List<Word> newWords, Context newContext) {
    return new Invocation(newName, newWords, stdin, feeder, settings, newContext);
  }

  /** The text of the command, for {@code because}. */
  String text() {
    StringBuilder text = new StringBuilder(name);
    for (Word word : words) {
      if (text.length() > 400) {
        break;
      }
      text.append(' ').append(word.text());
    }
    return text.toString();
  }

  /** The environment that the settings and arguments name, or else where it runs. */
  String environment(String otherwise) {
    StringBuilder text = new StringBuilder();
    settings.forEach(word -> text.append(word.text()).append(' '));
    for (Word word : words) {
      if (text.length() > 2_000) {
        break;
      }
      text.append(word.text()).append(' ');
    }
    return Environments.of(text.toString(), context.remote() ? context.environment() : otherwise);
  }
}
