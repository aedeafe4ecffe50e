package dev.countermand.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerGroupTest {
  private static final Action ACTION = Action.CODEC.fromTree(Documents.example("action-1.json"));

  @Test
  void aGroupIsTheKindOfAgentAndTheProfileOfItsTask() {
    assertThat(PeerGroup.of(ACTION, "bug-fix").subject()).isEqualTo("peers:claude-code/bug-fix");
    assertThat(PeerGroup.of(ACTION, null).subject()).isEqualTo("peers:claude-code/none");
  }

  @Test
  void theKindOfWitnessStandsInForAnUnknownKindOfAgent() {
    assertThat(PeerGroup.of(ofKind(null), "bug-fix").subject()).isEqualTo("peers:hook/bug-fix");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Bug", "a/b", "a b", "a|b", "a\n", "caf\u00e9"})
  void whatIsNoWordCountsAsNotThere(String text) {
    assertThat(PeerGroup.isWord(text)).isFalse();
    assertThat(PeerGroup.of(ofKind(text), text).subject()).isEqualTo("peers:hook/none");
  }

  @Test
  void aNameIsBounded() {
    String longest = "a".repeat(64);

    assertThat(PeerGroup.isWord(longest)).isTrue();
    assertThat(PeerGroup.isWord(longest + "a")).isFalse();
    assertThat(PeerGroup.of(ofKind(longest + "a"), longest + "a").subject())
        .isEqualTo("peers:hook/none");
    assertThat(PeerGroup.of(ofKind(longest), longest).subject()).hasSizeLessThan(140);
  }

  private static Action ofKind(String kind) {
    ObjectNode tree = Documents.example("action-1.json");
    if (kind == null) {
      tree.withObject("/countermand/agent").remove("kind");
    } else {
      tree.withObject("/countermand/agent").put("kind", kind);
    }
    return Action.CODEC.fromTree(tree);
  }
}
