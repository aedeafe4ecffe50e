package dev.countermand.detectors.understand;

import dev.countermand.detectors.understand.shell.Word;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A program with its arguments, wrappers taken off.
 *
 * @param name without directories
 * @param words the arguments
 * @param stdin what is piped in, as far as the text says; null when unknown or nothing
 * @param feeder the name of the program that pipes into it; empty without one
 * @param listed where the files are whose names are piped in, as far as the text says; null else
 * @param settings the {@code NAME=value} words before it
 * @param context where it runs
 */
record Invocation(
    String name,
    List<Word> words,
    @Nullable String stdin,
    String feeder,
    @Nullable Listing listed,
    List<Word> settings,
    Context context) {

  private static final Set<String> REMARKS =
      Set.of(
          "--body",
          "--comment",
          "--description",
          "--message",
          "--note",
          "--notes",
          "--reason",
          "--state-reason",
          "--subject",
          "--summary",
          "--tag",
          "--tags",
          "--title",
          "-m");

  Invocation with(String newName, List<Word> newWords, Context newContext) {
    return new Invocation(newName, newWords, stdin, feeder, listed, settings, newContext);
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
    StringBuilder remarks = new StringBuilder();
    settings.forEach(word -> text.append(word.text()).append(' '));
    boolean remark = false;
    for (Word word : words) {
      if (text.length() + remarks.length() > 2_000) {
        break;
      }
      (remark ? remarks : text).append(word.text()).append(' ');
      remark = REMARKS.contains(word.text());
    }
    // What a person says about it is no place: a "test" in a description makes nothing safer, while
    // the tag of production is believed.
    if (Environments.of(remarks.toString()).equals(Environments.PRODUCTION)) {
      return Environments.PRODUCTION;
    }
    return Environments.of(text.toString(), context.remote() ? context.environment() : otherwise);
  }
}
