package dev.countermand.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WaitsTest {
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Duration SHORT = Duration.ofMillis(1);

  private final AtomicInteger looks = new AtomicInteger();

  private Optional<Integer> third() {
    int look = looks.incrementAndGet();
    return look < 3 ? Optional.empty() : Optional.of(look);
  }

  @Test
  void theFirstAnswerEndsTheWaiting() throws InterruptedException {
    assertThat(Waits.until(LONG, SHORT, this::third)).contains(3);
    assertThat(looks).hasValue(3);
  }

  @Test
  void whatIsThereAtOnceIsNotWaitedFor() throws InterruptedException {
    looks.set(2);

    assertThat(Waits.until(LONG, LONG, this::third)).contains(3);
  }

  @Test
  void withoutTimeThereIsOneLook() throws InterruptedException {
    assertThat(Waits.until(Duration.ZERO, LONG, this::third)).isEmpty();
    assertThat(looks).hasValue(1);
  }

  @Test
  void whatALookThrowsEndsTheWaiting() {
    assertThatThrownBy(
            () ->
                Waits.<String, IOException>until(
                    LONG,
                    LONG,
                    () -> {
                      throw new IOException("away");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("away");
  }

  @Test
  void anInterruptEndsTheWaiting() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> Waits.until(LONG, LONG, this::third))
        .isInstanceOf(InterruptedException.class);
  }
}
