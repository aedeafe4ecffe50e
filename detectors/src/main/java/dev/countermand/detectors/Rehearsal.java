package dev.countermand.detectors;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.Action;
import dev.countermand.model.Baseline;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.Credential;
import dev.countermand.model.Finding;
import dev.countermand.model.Task;
import dev.countermand.model.Verdict;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Optional;

/**
 * Scores the examples of the schema: a credential is seen and then used to destroy something. The
 * first harmful action of an agent may be the first harmful action a process ever scores, and what
 * it then has to load would hold up the answer by tenths of a second.
 */
public final class Rehearsal {
  // The first round loads the classes; the following ones are for the compiler. 20 take 0.3 s.
  private static final int ROUNDS = 20;
  private static final String EXAMPLES = "/dev/countermand/examples/";

  private Rehearsal() {}

  /** Rehearses, keeps nothing, and returns what the use of the credential led to. */
  public static Scored of(Scoring scoring) {
    Scored used = round(scoring);
    for (int i = 1; i < ROUNDS; i++) {
      used = round(scoring);
    }
    return used;
  }

  private static Scored round(Scoring scoring) {
    Credential credential = Credential.CODEC.fromTree(example("credential"));
    Baseline baseline = Baseline.CODEC.fromTree(example("baseline"));
    Task task = Task.CODEC.fromTree(example("task"));
    Known known =
        new Known(
            fingerprint -> Optional.of(credential).filter(c -> c.fingerprint().equals(fingerprint)),
            key -> Optional.of(baseline));
    ObjectNode read = action("result", "sighted");
    mention(read).put("file", "/srv/billing/tools/.env");
    Scored seen = scoring.score(decoded(read), task, known, AgentState.EMPTY);
    Scored used = scoring.score(decoded(action("attempt", "used")), task, known, seen.state());
    write(Action.CODEC, used.action());
    used.findings().forEach(finding -> write(Finding.CODEC, finding));
    used.verdict().ifPresent(verdict -> write(Verdict.CODEC, verdict));
    used.order().ifPresent(order -> write(ContainmentOrder.CODEC, order));
    return used;
  }

  private static ObjectNode action(String phase, String role) {
    ObjectNode tree = example("action");
    ObjectNode countermand = tree.withObject("/countermand");
    countermand.withObject("/action").put("phase", phase);
    // As it stands, the repository narrows the grant: such a use is asked about, contained never.
    countermand.withObject("/task").remove("narrowing");
    mention(tree).put("role", role);
    tree.withObject("/event").put("id", tree.at("/event/id").textValue() + phase);
    return tree;
  }

  private static ObjectNode mention(ObjectNode action) {
    return (ObjectNode) action.at("/countermand/credentials/0");
  }

  private static Action decoded(ObjectNode tree) {
    return Action.CODEC.decode(Action.CODEC.encode(Action.CODEC.fromTree(tree)));
  }

  private static <T> void write(DocumentCodec<T> codec, T document) {
    codec.decode(codec.encode(document));
  }

  private static ObjectNode example(String name) {
    try (InputStream in = Action.class.getResourceAsStream(EXAMPLES + name + "-1.json")) {
      return (ObjectNode) Json.mapper().readTree(Objects.requireNonNull(in, name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
