package dev.countermand.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IdsTest {

  @Test
  void eachIsGreaterThanAllBeforeAsText() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 50_000; i++) {
      ids.add(Ids.next());
    }

    assertThat(ids).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void itIsAUuidOfVersion7WithTheTimeInFront() {
    long before = System.currentTimeMillis();
    UUID id = UUID.fromString(Ids.next());
    long after = System.currentTimeMillis();

    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16))
        .isBetween(Instant.ofEpochMilli(before), Instant.ofEpochMilli(after));
  }

  @Test
  void threadsNeverGetTheSame() {
    Set<String> ids = Collections.newSetFromMap(new ConcurrentHashMap<>());

    IntStream.range(0, 40_000).parallel().forEach(i -> ids.add(Ids.next()));

    assertThat(ids).hasSize(40_000);
  }
}
