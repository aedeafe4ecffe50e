package dev.countermand.detectors.understand;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.countermand.detectors.understand.shell.ShellParser;
import dev.countermand.model.Effect;
import dev.countermand.model.Located;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says what one command or call does to the world, from its text alone: nothing is run, read or
 * looked up. Every text gets an answer in bounded time; where a bound was reached, such as 64 Ki
 * characters, what was read is told, and an effect on {@link #UNREAD} that says so. Thread-safe.
 */
public final class Understanding {
  /** The type of resource that stands for what of an action was not read. */
  public static final String UNREAD = Located.UNREAD;

  private static final int MAX_TEXT = 65_536;
  private static final int CACHE_CHARACTERS = 8_000_000;

  private static final class Standard {
    private static final Understanding INSTANCE = warm(Knowledge.load());

    /** Classes are loaded here and not while the first agent waits for its answer. */
    private static Understanding warm(Knowledge knowledge) {
      Understanding first = new Understanding(knowledge, 0);
      first.examples().forEach(first::shell);
      return new Understanding(knowledge, CACHE_CHARACTERS);
    }
  }

  private final Readers readers;
  private final ToolReader tools;
  private final Cache<String, List<Effect>> cache;
  private final EnvironmentNames names;

  private Understanding(
      Readers readers, Cache<String, List<Effect>> cache, EnvironmentNames names) {
    this.readers = readers;
    this.tools = new ToolReader(readers);
    this.cache = cache;
    this.names = names;
  }

  private Understanding(Knowledge knowledge, long cacheCharacters) {
    this(new Readers(knowledge), cache(cacheCharacters), EnvironmentNames.NONE);
  }

  private static Cache<String, List<Effect>> cache(long cacheCharacters) {
    return Caffeine.newBuilder()
        .maximumWeight(cacheCharacters)
        .weigher((String text, List<Effect> effects) -> text.length() + 64 + 300 * effects.size())
        .executor(Runnable::run)
        .build();
  }

  /** The understanding that comes with the product; built once. */
  public static Understanding standard() {
    return Standard.INSTANCE;
  }

  /** The same that also knows what a team calls its environments. */
  public Understanding with(EnvironmentNames environments) {
    return new Understanding(readers, cache, environments);
  }

  /** The same that forgets every text at once, to measure what reading costs. */
  public static Understanding forgetful() {
    return new Understanding(standard().knowledge(), 0);
  }

  /** The commands of the cases that stand beside the knowledge. */
  public List<String> examples() {
    List<String> all = new ArrayList<>();
    for (Tool tool : knowledge().files().values()) {
      if (tool.cases() != null) {
        tool.cases().forEach(one -> all.add(one.run()));
      }
    }
    return all;
  }

  /** The effects of a shell command or script of which nobody says where it runs. */
  public List<Effect> shell(String command) {
    return shell(command, null);
  }

  /**
   * The effects of a shell command or script, never null.
   *
   * @param workspace the directory the agent works in; null when nobody says. What lies outside it
   *     is told apart
   */
  public List<Effect> shell(String command, @Nullable String workspace) {
    String key = workspace == null ? "$" + command : "@" + workspace.length() + workspace + command;
    return names.locate(cached(key, () -> read(command, workspace)), command);
  }

  private List<Effect> read(String command, @Nullable String workspace) {
    Context start = Context.startingIn(workspace);
    return bounded(command, (text, out) -> readers.shell().read(text, start, out));
  }

  /** Whether a shell can be given this text: whether nothing in it is left open. */
  public boolean isComplete(String command) {
    return command.length() <= MAX_TEXT && ShellParser.parse(command).complete();
  }

  /** The effects of one or more SQL statements of any common dialect. */
  public List<Effect> sql(String statement) {
    return cached(
        "?" + statement,
        () ->
            bounded(statement, (text, out) -> readers.sql().read(text, Environments.UNKNOWN, out)));
  }

  /** The effects of a call to an HTTP API. */
  public List<Effect> http(HttpCall call) {
    return guarded(out -> readers.http().read(call, out));
  }

  /**
   * The effects of a tool call.
   *
   * @param tool as the agent names it: {@code Bash}, {@code Edit}, {@code mcp__server__tool}
   * @param input the tool's arguments; any JSON
   * @param annotations what an MCP server says of the tool ({@code readOnlyHint}, {@code
   *     destructiveHint}); null for none
   * @param workspace as for {@link #shell(String, String)}
   * @return empty, or one effect of low confidence, for a tool whose name says nothing
   */
  public List<Effect> tool(
      String tool, JsonNode input, @Nullable JsonNode annotations, @Nullable String workspace) {
    List<Effect> effects =
        guarded(
            out ->
                tools.read(
                    tool, input, ToolHints.of(annotations), Context.startingIn(workspace), out));
    return names == EnvironmentNames.NONE ? effects : names.locate(effects, tool + " " + input);
  }

  /** The effects of a tool call of which no more is known. */
  public List<Effect> tool(String tool, JsonNode input) {
    return tool(tool, input, null, null);
  }

  /**
   * The effects of one operation of a provider's API, by its name alone.
   *
   * @param operation as the provider names it: {@code ec2:TerminateInstances}, {@code
   *     v1.compute.disks.delete}
   */
  public List<Effect> api(String operation) {
    return guarded(out -> tools.operation(operation, out));
  }

  /** What else goes when a thing of a type is destroyed; empty when nothing is known. */
  public List<String> takes(String type) {
    return readers.knowledge().radius().takesOf(type);
  }

  /** The tools of the knowledge folder, by file name, for documentation. */
  Knowledge knowledge() {
    return readers.knowledge();
  }

  private List<Effect> cached(String key, Supplier<List<Effect>> reading) {
    if (key.length() > MAX_TEXT) {
      return reading.get();
    }
    return cache.get(key, ignored -> reading.get());
  }

  private interface TextReader {
    void read(String text, Effects out);
  }

  private List<Effect> bounded(String text, TextReader reader) {
    boolean tooLong = text.length() > MAX_TEXT;
    String head = tooLong ? text.substring(0, MAX_TEXT) : text;
    return guarded(
        out -> {
          reader.read(head, out);
          if (tooLong) {
            out.unread("it is longer than " + MAX_TEXT + " characters");
          }
        });
  }

  /** No text may stop an agent's gate: what cannot be read is an effect of low confidence. */
  private List<Effect> guarded(Consumer<Effects> reading) {
    Effects out = new Effects();
    try {
      reading.accept(out);
    } catch (StackOverflowError | IndexOutOfBoundsException | IllegalArgumentException e) {
      out.unread("the reader failed with a " + e.getClass().getSimpleName());
    }
    Radius radius = readers.knowledge().radius();
    Calibration calibration = readers.knowledge().calibration();
    return out.list().stream().map(radius::of).map(calibration::of).toList();
  }
}
