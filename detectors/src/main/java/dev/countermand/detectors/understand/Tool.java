package dev.countermand.detectors.understand;

import dev.countermand.model.Verb;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One file of the knowledge folder: what a family of programs does.
 *
 * @param tools the names it goes by
 * @param summary one line for readers of the generated page
 * @param valueOptions options that take the next word as their value
 * @param singleDashWords whether {@code -target} is one option and not a cluster of letters
 * @param environmentFrom options whose value names the environment
 * @param wrapper how the program runs another one, or null
 * @param program the Java reader for what data cannot say, or null
 * @param sql where SQL stands in its arguments, or null
 * @param operations the first one that matches says the effect
 * @param otherwise the effect when none matches; null to read the operation's name
 * @param filesFrom the first of its words that is a file where it reads, from 0; -1: none is
 * @param reads what its reading operations show where their own name says no more; null: nothing
 *     that matters
 * @param patternOptions options that take the place of the words before the first file
 */
record Tool(
    List<String> tools,
    @Nullable String summary,
    @Nullable List<String> valueOptions,
    boolean singleDashWords,
    @Nullable List<String> environmentFrom,
    @Nullable Wrapper wrapper,
    @Nullable String program,
    @Nullable Sql sql,
    @Nullable List<Operation> operations,
    @Nullable Outcome otherwise,
    int filesFrom,
    @Nullable String reads,
    @Nullable List<String> patternOptions,
    @Nullable List<Case> cases) {

  /**
   * A program that runs the command in its arguments.
   *
   * @param skip words of its own before the command, not counting options
   * @param assignments whether {@code NAME=value} words may come first
   * @param joined whether the words are joined and read again by a shell
   * @param remote whether the command runs on another machine
   * @param shell whether it starts a shell when it is given no command
   */
  record Wrapper(int skip, boolean assignments, boolean joined, boolean remote, boolean shell) {}

  /**
   * Where SQL stands.
   *
   * @param options that carry a statement
   * @param argument the number of the argument that is a statement, from 1; 0 for none
   * @param stdin whether statements are read from standard input
   */
  record Sql(@Nullable List<String> options, int argument, boolean stdin) {}

  /**
   * One thing a program can do.
   *
   * @param when the words after the program's name, in order: {@code a|b} is either, {@code *} any
   * @param with at least one of these options
   * @param withAll all of these options
   * @param without none of these options
   * @param arguments at least one further word is like this; {@code *} stands for any text
   * @param stdin at least one of these words stands in what is piped in
   * @param says the effect; null for none
   * @param runs {@code rest}: the remaining words are a command; {@code remote}: elsewhere; {@code
   *     typed}: keys; {@code script}: one of the project; {@code http}: a call to the program's own
   *     API; {@code code}: source code; {@code recipes}: a makefile; {@code value -a}: the value of
   *     that option is a command for other machines
   */
  record Operation(
      @Nullable String when,
      @Nullable List<String> with,
      @Nullable List<String> withAll,
      @Nullable List<String> without,
      @Nullable List<String> arguments,
      @Nullable List<String> stdin,
      @Nullable Outcome says,
      @Nullable String runs) {}

  /**
   * An effect as data.
   *
   * @param verb what is done
   * @param type to what kind of thing
   * @param id an option whose value names it, or null for the first word after the operation
   * @param environment or null to take it from the words
   * @param reversible whether it can be put back
   * @param confidence 0 to 1; 0 stands for 0.9
   */
  record Outcome(
      Verb verb,
      String type,
      @Nullable String id,
      @Nullable String environment,
      boolean reversible,
      double confidence) {}

  /**
   * An example that a test runs.
   *
   * @param run the command
   * @param says verb and type of an effect that must be there, or {@code nothing destructive}
   * @param verdict the expected verdict, or null
   */
  record Case(String run, String says, @Nullable String verdict) {}
}
