package dev.countermand.runtime;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;

/** Identifiers ordered by time: UUID version 7 (RFC 9562). Thread-safe. */
public final class Ids {
  private static final TimeBasedEpochGenerator GENERATOR = Generators.timeBasedEpochGenerator();

  private Ids() {}

  /** A new identifier, greater than every one this process made before. */
  public static String next() {
    return GENERATOR.generate().toString();
  }
}
