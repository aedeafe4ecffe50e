package dev.countermand.detectors.understand.shell;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A simple command.
 *
 * @param assignments the {@code NAME=value} words before it
 * @param words the name and the arguments; empty when there are only assignments or redirections
 * @param redirects in the order of the text
 * @param input the text of a here-document or here-string, or null
 * @param pipeline commands with the same number are joined by pipes, in order
 */
public record Command(
    List<Word> assignments,
    List<Word> words,
    List<Redirect> redirects,
    @Nullable String input,
    int pipeline) {}
