package dev.countermand.collectors.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

final class CourierTest {
  private static final Duration PATIENCE = Duration.ofMillis(500);

  @Test
  void ofARecordThatIsLateOnlyThatIsSaidAndForHowLong() {
    assertThat(Courier.known(new TimeoutException("Expiring 1 record(s)"), PATIENCE))
        .isEqualTo("Kafka has not acknowledged a record within 500 ms: Expiring 1 record(s)");
  }

  @Test
  void whatKafkaSaysAgainstARecordIsSaid() {
    assertThat(Courier.known(new AuthorizationException("not for you"), PATIENCE))
        .isEqualTo("Kafka did not take a record: not for you");
  }
}
