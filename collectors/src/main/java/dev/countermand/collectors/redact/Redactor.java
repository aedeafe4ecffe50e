package dev.countermand.collectors.redact;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Replaces every secret in a text or a JSON document by {@code
 * [[secret:<kind>:<keyId>:<fingerprint>]]}. Secrets are found by their own shape, by the name
 * before them, by the syntax around them, and by the fingerprints of those that are registered; in
 * the text as it stands and in what its escapes, percent-encoding and base64 stand for.
 *
 * <p>Redacting twice changes nothing. It fails closed: when the budget of an event is exceeded, or
 * on any error, the text is withheld and the status says so. Immutable, and safe for use by many
 * threads.
 */
public final class Redactor {

  /** The largest text or document that is examined, in UTF-16 units. */
  public static final int MAX_LENGTH = 1 << 20;

  private static final int MAX_DEPTH = 5;
  private static final int MAX_REPEATED = 64;
  private static final int MIN_REPEATED = 8;

  private final RuleBook rules;
  private final Fingerprints fingerprints;
  private final KnownSecrets known;
  private final boolean asksKnown;

  private Redactor(
      RuleBook rules, Fingerprints fingerprints, KnownSecrets known, boolean asksKnown) {
    this.rules = rules;
    this.fingerprints = fingerprints;
    this.known = known;
    this.asksKnown = asksKnown;
  }

  /** Returns a redactor with the rules that come with this module. */
  public static Redactor standard(Fingerprints fingerprints) {
    return new Redactor(
        RuleBook.standard(),
        fingerprints,
        new KnownSecrets(fingerprints, RegisteredSecrets.ofAnyLength(none -> false)),
        false);
  }

  /** Returns every kind of secret that the rules of this module tell apart. */
  public static Set<String> kinds() {
    return RuleBook.standard().kinds();
  }

  /**
   * Returns a redactor that also finds registered secrets without any pattern.
   *
   * @param registered what is in the registry; asked for up to 2,000 fingerprints per event, and
   *     twice that while two keys hold, from any thread
   */
  public static Redactor standard(Fingerprints fingerprints, RegisteredSecrets registered) {
    return new Redactor(
        RuleBook.standard(), fingerprints, new KnownSecrets(fingerprints, registered), true);
  }

  /**
   * Returns the text with every secret replaced.
   *
   * @param text at most {@link #MAX_LENGTH} long; a longer one is withheld with status FAILED
   */
  public Redaction redact(String text) {
    if (text.length() > MAX_LENGTH) {
      return Redaction.failed("too-long");
    }
    Budget budget = new Budget(text.length());
    return redact(text, "", budget, new KnownSecrets.Asked(), new LinkedHashSet<>());
  }

  /**
   * Returns a new tree in which every secret is replaced, in string values and in object keys. The
   * name of a field counts as the name of its value. When the document is longer than {@link
   * #MAX_LENGTH} in all, the strings beyond that are withheld.
   */
  public RedactedJson redact(JsonNode document) {
    return new JsonRedaction(this, rules).redact(document);
  }

  /** Redacts one string of an event whose budget is shared; {@code name} is "" when it has none. */
  Redaction redact(
      String text, String name, Budget budget, KnownSecrets.Asked asked, Set<String> tokens) {
    try {
      List<Detection> found = new ArrayList<>();
      TextView view = TextView.of(text);
      if (!name.isEmpty()) {
        named(view, name, budget, found);
      }
      examine(view, 0, budget, asked, found);
      repeated(text, tokens, found, budget);
      return found.isEmpty()
          ? new Redaction(text, List.of(), Redaction.Status.COMPLETE)
          : replace(text, found, tokens);
    } catch (Budget.Exceeded e) {
      return Redaction.failed("over-budget");
    } catch (RuntimeException | StackOverflowError e) {
      // The cause may quote the text: neither it nor its message leaves this method.
      return Redaction.failed("error");
    }
  }

  private void named(TextView view, String name, Budget budget, List<Detection> found) {
    Scan scan = new Scan(view, budget, found);
    if (name.equals(KubernetesProbe.KIND)) {
      String value = view.slice(0, view.length());
      scan.report(name, 0, view.length(), KubernetesProbe.decoded(value), Detection.COMMAND);
      return;
    }
    Names.NameClass nameClass =
        Headers.isHeader(name) ? Names.NameClass.TOKEN : rules.names().classify(name);
    if (nameClass != Names.NameClass.NONE) {
      rules.assignments().judge(scan, name, nameClass, 0, view.length(), Values.Style.QUOTED);
    }
  }

  private void examine(
      TextView view, int depth, Budget budget, KnownSecrets.Asked asked, List<Detection> found) {
    budget.spend(view.length());
    Scan scan = new Scan(view, budget, found);
    rules.examine(scan);
    if (asksKnown) {
      known.find(scan, asked);
    }
    if (depth >= MAX_DEPTH) {
      return;
    }
    TextView unescaped = view.unescaped();
    if (unescaped != null) {
      examine(unescaped, depth + 1, budget, asked, found);
    }
    TextView percentDecoded = view.percentDecoded();
    if (percentDecoded != null) {
      examine(percentDecoded, depth + 1, budget, asked, found);
    }
    Base64Runs.find(
        view.text,
        (from, to, decoded) ->
            examine(view.decodedRun(decoded, from, to), depth + 1, budget, asked, found));
  }

  /** Other occurrences of what was found by its surroundings, here or earlier in the document. */
  private static void repeated(
      String text, Set<String> tokens, List<Detection> found, Budget budget) {
    Set<String> wanted = new LinkedHashSet<>(tokens);
    for (Detection detection : found) {
      if (isRepeatable(detection)) {
        wanted.add(detection.token());
      }
    }
    int left = MAX_REPEATED;
    for (String token : wanted) {
      if (left-- <= 0) {
        return;
      }
      budget.spend(text.length() / 8);
      for (int at = text.indexOf(token); at >= 0; at = text.indexOf(token, at + token.length())) {
        found.add(
            new Detection("generic-secret", at, at + token.length(), token, Detection.REPEATED));
        budget.finding();
      }
    }
  }

  private static boolean isRepeatable(Detection detection) {
    return detection.rank() != Detection.MARKER
        && detection.token().length() >= MIN_REPEATED
        && (Values.hasDigit(detection.token()) || detection.token().length() >= 12);
  }

  private Redaction replace(String text, List<Detection> found, Set<String> tokens) {
    Map<String, String> kinds = new java.util.HashMap<>();
    for (Detection detection : found) {
      if (detection.rank() != Detection.REPEATED) {
        kinds.putIfAbsent(detection.token(), detection.kind());
      }
    }
    StringBuilder out = new StringBuilder(text.length() + 64);
    List<Secret> secrets = new ArrayList<>();
    int copied = 0;
    for (Detection detection : resolve(found)) {
      if (detection.rank() == Detection.MARKER) {
        continue;
      }
      String kind =
          detection.rank() == Detection.REPEATED
              ? kinds.getOrDefault(detection.token(), detection.kind())
              : detection.kind();
      Secret secret = secret(kind, detection);
      out.append(text, copied, detection.start()).append(secret.marker());
      copied = detection.end();
      secrets.add(secret);
      if (isRepeatable(detection) && tokens.size() < MAX_REPEATED) {
        tokens.add(detection.token());
      }
    }
    out.append(text, copied, text.length());
    secrets.addAll(hidden(found, secrets));
    secrets.sort(Comparator.comparingInt(Secret::start));
    return new Redaction(out.toString(), secrets, Redaction.Status.COMPLETE);
  }

  /** Further tokens within a stretch that was replaced as a whole, as in one run of base64. */
  private List<Secret> hidden(List<Detection> found, List<Secret> shown) {
    Set<String> seen = new HashSet<>();
    shown.forEach(secret -> seen.add(secret.token()));
    List<Secret> more = new ArrayList<>();
    for (Detection detection : found) {
      if (detection.rank() >= Detection.TOKEN
          && detection.rank() != Detection.MARKER
          && seen.add(detection.token())) {
        more.add(secret(detection.kind(), detection));
      }
    }
    return more;
  }

  private Secret secret(String kind, Detection detection) {
    String token = detection.token();
    return new Secret(
        kind,
        fingerprints.of(token),
        detection.start(),
        detection.end(),
        "",
        Evidence.of(kind, token),
        new RawToken(token));
  }

  /** Keeps the strongest of overlapping detections, in order of position. */
  private static Iterable<Detection> resolve(List<Detection> found) {
    List<Detection> byStrength = new ArrayList<>(found);
    byStrength.sort(
        Comparator.comparingInt(Detection::rank)
            .thenComparingInt(d -> d.end() - d.start())
            .reversed()
            .thenComparingInt(Detection::start));
    TreeMap<Integer, Detection> kept = new TreeMap<>();
    for (Detection detection : byStrength) {
      Map.Entry<Integer, Detection> before = kept.lowerEntry(detection.end());
      if (before == null || before.getValue().end() <= detection.start()) {
        kept.put(detection.start(), detection);
      }
    }
    return kept.values();
  }
}
