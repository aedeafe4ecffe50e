package dev.countermand.runtime;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.UUIDClock;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Identifiers ordered by time: UUID version 7 (RFC 9562). Thread-safe. */
public final class Ids {
  private static final TimeBasedEpochGenerator GENERATOR =
      Generators.timeBasedEpochGenerator(new SecureRandom(), new ForwardClock());

  private Ids() {}

  /** A new identifier, greater than every one this process made before. */
  public static String next() {
    return GENERATOR.generate().toString();
  }

  /** Stands still while the clock of the machine is set back, so that the order holds. */
  private static final class ForwardClock extends UUIDClock {
    private final AtomicLong last = new AtomicLong();

    @Override
    public long currentTimeMillis() {
      return last.accumulateAndGet(System.currentTimeMillis(), Math::max);
    }
  }
}
