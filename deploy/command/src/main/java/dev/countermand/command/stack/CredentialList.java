package dev.countermand.command.stack;

import dev.countermand.model.Credential;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.FileErrors;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.ConfigurationLoader;
import dev.countermand.runtime.config.SecretRef;
import dev.countermand.runtime.kafka.TopicWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Credentials to register, as a file describes them.
 *
 * @param credentials the entries
 */
public record CredentialList(List<Entry> credentials) {
  private static final int MAX_BYTES = 1024 * 1024;

  /** Nothing stands for no entries. */
  public CredentialList {
    credentials = credentials == null ? List.of() : List.copyOf(credentials);
  }

  /**
   * One entry.
   *
   * @param name what people call it; required
   * @param provider the configured provider that can revoke it; required
   * @param kind what it is; {@code oauth2-token} by default
   * @param owner who answers for it
   * @param environment what it opens; {@code unknown} by default
   * @param capabilities what it can do
   * @param handle what names it at the provider
   * @param secret where the secret is read from; required
   */
  public record Entry(
      String name,
      String provider,
      String kind,
      @Nullable String owner,
      String environment,
      List<String> capabilities,
      Map<String, String> handle,
      @Nullable SecretRef secret) {

    /** Defaults for what is left out. */
    public Entry {
      name = name == null ? "" : name;
      provider = provider == null ? "" : provider;
      kind = kind == null ? "oauth2-token" : kind;
      environment = environment == null ? "unknown" : environment;
      capabilities = capabilities == null ? List.of() : List.copyOf(capabilities);
      handle = handle == null ? Map.of() : Map.copyOf(handle);
    }
  }

  /** What becomes of an entry. */
  public enum Outcome {
    /** Nothing was registered of it. */
    NEW,
    /** The same secret was registered under the same name. */
    UPDATED,
    /** Something else was registered in its place, which it replaces. */
    REPLACED,
    /** Something else is registered in its place, which stays. */
    CONFLICT
  }

  /**
   * What becomes of one entry.
   *
   * @param inItsPlace what is registered with the same name, or of the same secret, by name and
   *     fingerprint; null for nothing
   */
  public record Step(Registry.Candidate candidate, Outcome outcome, @Nullable String inItsPlace) {}

  /**
   * The list in a file.
   *
   * @throws CountermandException FILE_UNREADABLE, CONFIG_UNKNOWN_KEY, CONFIG_INVALID
   */
  public static CredentialList load(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new CountermandException(
            "FILE_UNREADABLE",
            "The file " + file + " is larger than " + MAX_BYTES + " bytes. Split it.");
      }
      return ConfigurationLoader.read(
          Files.readString(file), file.toString(), CredentialList.class);
    } catch (IOException e) {
      throw FileErrors.unreadable(file, e);
    }
  }

  /**
   * Checks every entry, and says what becomes of it; writes nothing.
   *
   * @param replaces whether an entry replaces what else is registered in its place
   * @throws CountermandException IMPORT_INVALID when two entries have one name or one secret, or
   *     one has no secret; SECRET_UNREADABLE; as {@link Registry#check}
   */
  public Plan plan(
      Configuration config, InstantSource clock, String registeredBy, boolean replaces) {
    Registry registry = new Registry(config, clock);
    List<Registry.Candidate> candidates = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Entry entry : credentials) {
      Registry.Candidate candidate = candidate(registry, entry, registeredBy);
      if (!seen.add("name " + entry.name()) || !seen.add(candidate.fingerprint())) {
        throw invalid(entry, "has the name or the secret of another entry; leave one out");
      }
      candidates.add(candidate);
    }
    List<Credential> all = registry.all();
    return new Plan(
        registry,
        all,
        candidates.stream().map(candidate -> step(candidate, all, replaces)).toList(),
        config.kafka().settings().topics().credentials());
  }

  private static Registry.Candidate candidate(Registry registry, Entry entry, String registeredBy) {
    SecretRef secret = entry.secret();
    if (secret == null) {
      throw invalid(entry, "has no secret; give \"secret: {file: ...}\" or \"{env: ...}\"");
    }
    return registry.check(
        new Registry.Description(
            entry.name(),
            entry.kind(),
            entry.provider(),
            entry.owner(),
            entry.environment(),
            entry.capabilities(),
            entry.handle(),
            registeredBy),
        secret.read());
  }

  private static CountermandException invalid(Entry entry, String why) {
    return new CountermandException(
        "IMPORT_INVALID",
        "The credential \"" + entry.name() + "\" " + why + ". Nothing was written.");
  }

  private static Step step(Registry.Candidate candidate, List<Credential> all, boolean replaces) {
    String name = candidate.description().name();
    List<Credential> latest = Registry.latest(all);
    List<Credential> same = latest.stream().filter(candidate::isOf).toList();
    List<Credential> others = others(candidate, latest);
    if (others.isEmpty()) {
      return new Step(
          candidate, same.isEmpty() ? Outcome.NEW : Outcome.UPDATED, same.isEmpty() ? null : name);
    }
    return new Step(
        candidate,
        replaces ? Outcome.REPLACED : Outcome.CONFLICT,
        others.get(0).name() + " (" + others.get(0).fingerprint() + ")");
  }

  /** What has the name with another secret, or the secret with another name. */
  private static List<Credential> others(Registry.Candidate candidate, List<Credential> latest) {
    String name = candidate.description().name();
    return latest.stream().filter(one -> candidate.isOf(one) != one.name().equals(name)).toList();
  }

  /** What is to be done, checked. */
  public static final class Plan {
    private final Registry registry;
    private final List<Credential> all;
    private final List<Step> steps;
    private final String topic;

    private Plan(Registry registry, List<Credential> all, List<Step> steps, String topic) {
      this.registry = registry;
      this.all = all;
      this.steps = List.copyOf(steps);
      this.topic = topic;
    }

    /** One for each entry, in their order. */
    public List<Step> steps() {
      return steps;
    }

    /** Registers all but those in conflict. */
    public void carryOut(TopicWriter writer) {
      for (Step step : steps) {
        if (step.outcome() != Outcome.CONFLICT) {
          registry.add(writer, step.candidate(), all);
          remove(writer, step.candidate());
        }
      }
    }

    /** Removes what is replaced: the other secrets that had the name, under every key. */
    private void remove(TopicWriter writer, Registry.Candidate candidate) {
      for (Credential other : others(candidate, Registry.latest(all))) {
        if (!candidate.isOf(other)) {
          all.stream()
              .filter(one -> other.hasFingerprint(one.fingerprint()))
              .forEach(one -> writer.remove(topic, one.fingerprint()));
        }
      }
    }
  }
}
