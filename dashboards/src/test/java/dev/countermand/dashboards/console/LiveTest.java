package dev.countermand.dashboards.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.ResponseHeaders;
import dev.countermand.model.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** What a browser is told of what it missed. */
final class LiveTest {
  private static final long START = 1_000;
  private static final Pattern ID = Pattern.compile("(?m)^id: (\\d+)\\nevent: (?!begin$)");

  private final Live live = new Live(START);

  /** A browser that takes what it is given when it is told to. */
  private static final class Reader implements Subscriber<HttpObject> {
    private final StringBuffer text = new StringBuffer();
    private volatile Subscription subscription;
    private volatile HttpObject first;

    Reader(HttpResponse response) {
      response.subscribe(this);
      Awaitility.await()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> subscription != null);
    }

    Reader reads() {
      subscription.request(Long.MAX_VALUE);
      return this;
    }

    List<Long> ids() {
      return ID.matcher(text).results().map(one -> Long.valueOf(one.group(1))).toList();
    }

    void await(String part) {
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> text.toString().contains(part));
    }

    @Override
    public void onSubscribe(Subscription made) {
      subscription = made;
    }

    @Override
    public void onNext(HttpObject object) {
      first = first == null ? object : first;
      if (object instanceof HttpData data) {
        text.append(data.toStringUtf8());
      }
    }

    @Override
    public void onError(Throwable error) {
      text.append(error);
    }

    @Override
    public void onComplete() {
      text.append("over");
    }
  }

  private void publish(int events) {
    for (int i = 0; i < events; i++) {
      live.publish("entry", "agent-" + i % 2, Json.mapper().createObjectNode().put("i", i));
    }
  }

  private Reader open(String agent, Long after) {
    return open("vera", agent, after);
  }

  private Reader open(String owner, String agent, Long after) {
    return new Reader(live.open(owner, agent, after, () -> true));
  }

  @Test
  void ofTooManyOfOnePersonTheFirstGivesWayAndIsTold() {
    Reader first = open(null, null).reads();
    Reader ofAnother = open("rosa", null, null).reads();
    for (int i = 1; i < Live.MAX_OWN; i++) {
      open(null, null).reads();
    }
    assertThat(live.streams()).isEqualTo(Live.MAX_OWN + 1);

    Reader last = open(null, null).reads();

    first.await("event: displaced\ndata: {}\n\nover");
    assertThat(live.streams()).isEqualTo(Live.MAX_OWN + 1);
    publish(1);
    last.await("id: " + (START + 1));
    ofAnother.await("id: " + (START + 1));
    assertThat(ofAnother.text).doesNotContain("displaced");
  }

  @Test
  void whereThereAreTooManyWhoHasMostGivesWayAndNobodyLosesTheirLast() {
    List<Reader> greedy = new ArrayList<>();
    for (int i = 0; i < Live.MAX_STREAMS; i++) {
      String person = i < 3 ? "greedy" : "person-" + i;
      Reader reader = open(person, null, null).reads();
      if (i < 3) {
        greedy.add(reader);
      }
    }

    open("newcomer", null, null);
    greedy.get(0).await("event: displaced");
    open("newcomer-2", null, null);
    greedy.get(1).await("event: displaced");

    assertThat(live.streams()).isEqualTo(Live.MAX_STREAMS);
    assertThatThrownBy(() -> open("newcomer-3", null, null))
        .hasFieldOrPropertyWithValue("code", "CONSOLE_STREAMS_FULL");
    assertThat(greedy.get(2).text).doesNotContain("displaced");
  }

  @Test
  void aBrowserThatWasAwayGetsWhatItMissedAndThenWhatComes() {
    publish(10);

    Reader reader = open(null, START + 7).reads();
    publish(1);

    reader.await("id: " + (START + 11));
    assertThat(reader.ids()).containsExactly(START + 8, START + 9, START + 10, START + 11);
    assertThat(reader.text).doesNotContain("overflow");
  }

  @Test
  void oneThatWasCutOffBeforeAnythingHappenedKnowsWhereToGoOn() {
    publish(3);

    Reader reader = open(null, null).reads();

    reader.await("id: " + (START + 3) + "\nevent: begin\ndata: {}\n\n");
    assertThat(reader.ids()).isEmpty();
  }

  @Test
  void oneThatWasAwayForTooLongIsToldHowMuchIsLost() {
    publish(Live.KEPT + 50);

    Reader reader = open(null, START + 10).reads();

    reader.await("id: " + (START + Live.KEPT + 50));
    assertThat(reader.text).contains("event: overflow\ndata: {\"left_out\":40}\n\n");
    assertThat(reader.ids()).hasSize(Live.KEPT);
  }

  @Test
  void oneThatComesFromAnEarlierRunIsToldThatSomethingIsLost() {
    publish(3);

    Reader reader = open(null, 5L).reads();

    reader.await("id: " + (START + 3));
    assertThat(reader.text).contains("event: overflow");
    assertThat(reader.ids()).hasSize(3);
  }

  @Test
  void aSlowOneMissesTheOldestAndHoldsUpNobody() {
    Reader slow = open(null, null);
    Reader quick = open(null, null).reads();

    publish(5_000);

    quick.await("id: " + (START + 5_000));
    slow.reads();
    slow.await("id: " + (START + 5_000));
    assertThat(slow.text).contains("event: overflow");
    assertThat(slow.ids()).hasSizeLessThanOrEqualTo(Live.MAX_BEHIND + 64).isSorted();
    long leftOut =
        Pattern.compile("left_out\":(\\d+)")
            .matcher(slow.text)
            .results()
            .mapToLong(one -> Long.parseLong(one.group(1)))
            .sum();
    assertThat(leftOut + slow.ids().size()).isEqualTo(5_000);
  }

  @Test
  void oneThatAsksAboutAnAgentIsToldOfThatAndOfWhatIsForAll() {
    Reader reader = open("agent-1", null).reads();

    publish(4);
    live.publish("waiting", null, Json.mapper().createObjectNode());

    reader.await("event: waiting");
    assertThat(reader.ids()).containsExactly(START + 2, START + 4, START + 5);
  }

  @Test
  void aTextWithLineBreaksCannotForgeAnEvent() {
    Reader reader = open(null, null).reads();

    live.publish(
        "entry",
        "a",
        Json.mapper().createObjectNode().put("text", "x\n\nevent: waiting\ndata: {}"));

    reader.await("id: " + (START + 1));
    assertThat(reader.text).doesNotContain("\nevent: waiting");
  }

  @Test
  void whatHappensWhileAStreamOpensComesAfterItsHeaders() throws Exception {
    AtomicBoolean isOver = new AtomicBoolean();
    Thread busy =
        new Thread(
            () -> {
              while (!isOver.get()) {
                publish(1);
              }
            });
    busy.start();
    try {
      for (int i = 0; i < 300; i++) {
        Reader reader = open(null, START).reads();
        Awaitility.await()
            .pollDelay(Duration.ZERO)
            .pollInterval(Duration.ofMillis(1))
            .until(() -> reader.first != null);
        assertThat(reader.first).isInstanceOf(ResponseHeaders.class);
        reader.subscription.cancel();
        Awaitility.await()
            .pollDelay(Duration.ZERO)
            .pollInterval(Duration.ofMillis(1))
            .until(() -> live.streams() == 0);
      }
    } finally {
      isOver.set(true);
      busy.join();
    }
  }

  @Test
  void closingEndsEveryStream() {
    Reader reader = open(null, null).reads();

    live.close();

    reader.await("over");
    assertThat(live.streams()).isZero();
  }
}
