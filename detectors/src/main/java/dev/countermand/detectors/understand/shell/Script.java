package dev.countermand.detectors.understand.shell;

import java.util.List;
import java.util.Set;

/**
 * The commands of a text, in the order of the text; all branches of conditionals are included.
 *
 * @param commands the simple commands
 * @param functions the names of the functions it defines; their bodies are among the commands
 * @param complete false when a quote or bracket is left open, or a bound was reached
 * @param cut whether there are more commands than these
 */
public record Script(
    List<Command> commands, Set<String> functions, boolean complete, boolean cut) {}
