package dev.countermand.command.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class StoppingTest {
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final List<String> closed = new CopyOnWriteArrayList<>();
  private final Stopping stopping = new Stopping(told::add);

  @Test
  void rolesEndAtTheSameTimeAndServersAfterThemInTheOppositeOrder() {
    CyclicBarrier both = new CyclicBarrier(2);
    stopping.started("Kafka", () -> closed.add("Kafka"));
    stopping.role("scoring", () -> closed.add("role " + both.await(30, TimeUnit.SECONDS)));
    stopping.started("Elasticsearch", () -> closed.add("Elasticsearch"));
    stopping.role("gateway", () -> closed.add("role " + both.await(30, TimeUnit.SECONDS)));

    stopping.close();

    assertThat(told)
        .containsExactly("Stopping scoring, gateway", "Stopping Elasticsearch", "Stopping Kafka");
    assertThat(closed.subList(0, 2)).containsExactlyInAnyOrder("role 0", "role 1");
    assertThat(closed.subList(2, 4)).containsExactly("Elasticsearch", "Kafka");
  }

  @Test
  void whoeverWasLetInIsStillAnsweredByTheRoles() {
    stopping.door("gateway", () -> closed.add("gateway"));
    stopping.role("scoring", () -> closed.add("scoring"));
    stopping.door("console", () -> closed.add("console"));
    stopping.role(null, () -> closed.add("its keeper"));

    stopping.close();

    assertThat(told).containsExactly("Stopping gateway, console", "Stopping scoring");
    assertThat(closed.subList(0, 2)).containsExactlyInAnyOrder("gateway", "console");
    assertThat(closed.subList(2, 4)).containsExactlyInAnyOrder("scoring", "its keeper");
  }

  @Test
  void aRoleThatDoesNotEndCleanlyKeepsNothingElseFromEnding() {
    stopping.started("Kafka", () -> closed.add("Kafka"));
    stopping.role(
        "scoring",
        () -> {
          throw new LinkageError("the jar is gone");
        });
    stopping.role(
        "risk",
        () -> {
          throw new IllegalStateException("no");
        });
    stopping.role("gateway", () -> closed.add("gateway"));

    stopping.close();

    assertThat(closed).containsExactly("gateway", "Kafka");
  }

  @Test
  void whatStartsWhileEverythingEndsIsEndedAtOnce() {
    stopping.close();

    stopping.started("Elasticsearch", () -> closed.add("Elasticsearch"));
    stopping.role("index", () -> closed.add("index"));

    assertThat(closed).containsExactly("Elasticsearch", "index");
  }

  @Test
  void everythingIsClosedOnce() {
    stopping.started(() -> closed.add("something"));
    stopping.close();
    stopping.close();

    assertThat(closed).containsExactly("something");
    assertThat(told).isEmpty();
  }
}
