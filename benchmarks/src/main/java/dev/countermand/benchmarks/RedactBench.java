package dev.countermand.benchmarks;

import dev.countermand.collectors.redact.Fingerprint;
import dev.countermand.collectors.redact.Fingerprints;
import dev.countermand.collectors.redact.Redaction;
import dev.countermand.collectors.redact.Redactor;
import dev.countermand.collectors.redact.RegisteredSecrets;
import dev.countermand.runtime.crypto.FingerprintKey;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * How much text without a secret goes through the redactor in a second on one core, beside a plain
 * scan that looks each character up once in a table: nothing that reads the text can be faster.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class RedactBench {
  private static final int TEXTS = 64;
  private static final int LENGTH = 16_384;
  private static final double MEGA = 1e6;

  /**
   * Passwords of 16, 20 and 24, keys of AWS, UUIDs, GitHub's tokens, 32 and 48 bytes in Base64, 64
   * digits.
   */
  private static final List<Integer> COMMON_LENGTHS = List.of(16, 20, 24, 32, 36, 40, 44, 64);

  /** What the text is like: a {@link QuietText.Kind}. */
  @Param({"CODE", "LOG", "SHELL"})
  public String kind = "CODE";

  private final byte[] classes = new byte[128];
  private final Redactor redactor = Redactor.standard(fingerprints());
  private final Redactor asking = Redactor.standard(fingerprints(), commonLengths());
  private final Redactor askingAll =
      Redactor.standard(fingerprints(), RegisteredSecrets.ofAnyLength(registered -> false));
  private String[] texts = {};
  private int at;

  /** Makes the texts, and refuses them when the redactor finds anything. */
  @Setup
  public void prepare() {
    Arrays.fill(classes, 'a', 'z', (byte) 1);
    texts = new String[TEXTS];
    for (int i = 0; i < TEXTS; i++) {
      texts[i] = text(i);
      if (!redactor.redact(texts[i]).text().equals(texts[i])) {
        throw new IllegalStateException("the text of seed " + i + " is not quiet");
      }
    }
  }

  private String text(int seed) {
    return QuietText.of(QuietText.Kind.valueOf(kind), LENGTH, seed).substring(0, LENGTH);
  }

  private String next() {
    at = at + 1 == texts.length ? 0 : at + 1;
    return texts[at];
  }

  /** Every rule on every character. */
  @Benchmark
  public Redaction redact() {
    return redactor.redact(next());
  }

  /** And the fingerprint of every piece that is as long as a registered secret. */
  @Benchmark
  public Redaction registry() {
    return asking.redact(next());
  }

  /** And that of every piece, as when a credential is registered without its length. */
  @Benchmark
  public Redaction anyLength() {
    return askingAll.redact(next());
  }

  /** The limit. */
  @Benchmark
  public int scan() {
    String text = next();
    int state = 0;
    for (int i = 0; i < text.length(); i++) {
      state = state * 31 + classes[text.charAt(i) & 127];
    }
    return state;
  }

  private static Fingerprints fingerprints() {
    FingerprintKey key = FingerprintKey.ephemeral();
    return token -> new Fingerprint(key.id(), key.fingerprint(token), null);
  }

  /** Nothing of a text is registered, but secrets of the lengths that are common are. */
  private static RegisteredSecrets commonLengths() {
    BitSet lengths = new BitSet();
    COMMON_LENGTHS.forEach(lengths::set);
    return new RegisteredSecrets() {
      @Override
      public boolean has(String fingerprint) {
        return false;
      }

      @Override
      public boolean mayHaveLength(int length) {
        return lengths.get(length);
      }
    };
  }

  /**
   * Measures in a JVM of its own.
   *
   * @return a table for people
   */
  public static String run(int seconds) {
    Map<String, Double> measured = new TreeMap<>();
    try {
      Collection<RunResult> results =
          new Runner(
                  new OptionsBuilder()
                      .include(RedactBench.class.getName())
                      .forks(1)
                      .shouldFailOnError(true)
                      .warmupIterations(4)
                      .warmupTime(TimeValue.seconds(seconds))
                      .measurementIterations(8)
                      .measurementTime(TimeValue.seconds(seconds))
                      .verbosity(VerboseMode.SILENT)
                      .build())
              .run();
      for (RunResult result : results) {
        measured.put(
            result.getPrimaryResult().getLabel() + result.getParams().getParam("kind"),
            // The fastest iteration: other work on the machine can only slow one down.
            result.getPrimaryResult().getStatistics().getMax() * LENGTH / MEGA);
      }
    } catch (RunnerException e) {
      throw new IllegalStateException("the benchmark failed", e);
    }
    StringBuilder out =
        new StringBuilder(
            "MB/s on one core  redactor  with registry  of any length  plain scan  redactor/scan");
    for (QuietText.Kind kind : QuietText.Kind.values()) {
      double redactor = measured.getOrDefault("redact" + kind, 0.0);
      double scan = measured.getOrDefault("scan" + kind, Double.NaN);
      out.append(
          String.format(
              Locale.ROOT,
              "%n  %-15s %8.1f  %13.1f  %13.1f  %10.1f  %13.3f",
              kind.name().toLowerCase(Locale.ROOT),
              redactor,
              measured.getOrDefault("registry" + kind, 0.0),
              measured.getOrDefault("anyLength" + kind, 0.0),
              scan,
              redactor / scan));
    }
    return out.toString();
  }
}
