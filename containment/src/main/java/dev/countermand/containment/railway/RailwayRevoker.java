package dev.countermand.containment.railway;

import dev.countermand.containment.railway.GraphQl.Login;
import dev.countermand.containment.revoker.Grade;
import dev.countermand.containment.revoker.Plan;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Deletes tokens of an account, a workspace or a project. Railway can do no less with one. */
final class RailwayRevoker implements Revoker {
  private static final String ID = "token-id";
  private static final String PROJECT = "project";
  private static final String WORKSPACE = "workspace";
  private static final String FORM = "token-id=<id>, and project=<id> or workspace=<id> of it";
  private static final int MOST_NAMED = 10;

  private final GraphQl api;
  private final Tokens tokens;
  private final String ownId;

  RailwayRevoker(GraphQl api, String ownId) {
    this.api = api;
    this.tokens = new Tokens(api);
    this.ownId = ownId;
  }

  @Override
  public Set<Rung> rungs() {
    return Set.of(Rung.REVOKE);
  }

  @Override
  public void check() {
    Tokens.Seen own = tokens.list(null);
    if (own.isWhole() && !own.has(ownId)) {
      throw RevokerException.fatal(
          "Provider "
              + api.provider()
              + " has no token of the id in client-id. It has to be that of token, so that it is"
              + " never deleted.");
    }
  }

  @Override
  public Plan plan(Target target) {
    String id = id(target);
    Tokens.Seen seen = tokens.list(project(target));
    if (seen.isWhole() && !seen.has(id)) {
      throw RevokerException.fatal(
          "Provider "
              + api.provider()
              + " lists no token "
              + id
              + ". Check the handle the credential is registered with: "
              + FORM
              + ".");
    }
    return seen.has(id)
        ? new Plan(Grade.RE_ISSUABLE, blastRadius(target), Map.of())
        : new Plan(
            Grade.RE_ISSUABLE,
            blastRadius(target) + "; " + unseen(seen) + ", and it is not among them",
            false,
            Map.of());
  }

  @Override
  public String execute(Target target) {
    String id = id(target);
    String field = project(target) == null ? "apiTokenDelete" : "projectTokenDelete";
    GraphQl.Answer answer =
        api.ask("mutation($id: String!) { " + field + "(id: $id) }", Map.of("id", id));
    if (answer.data().path(field).asBoolean(false)) {
      return "token " + id + " is deleted";
    }
    Tokens.Seen left = tokens.list(project(target));
    if (left.isWhole() && !left.has(id)) {
      return "token " + id + " was deleted already";
    }
    throw RevokerException.retryable(
        "Provider " + api.provider() + " answered, and did not say that token " + id + " is gone.");
  }

  @Override
  public Proof verify(Target target) {
    String id = id(target);
    Tokens.Seen all = tokens.list(project(target));
    if (all.has(id)) {
      return Proof.alive("Railway lists token " + id);
    }
    if (!all.isWhole()) {
      return Proof.unknown(unseen(all) + ", and token " + id + " is not among them");
    }
    List<Tokens.Listed> listed = all.tokens();
    String seen = "Railway does not list token " + id + " (any more)";
    Optional<String> secret = target.secret();
    if (secret.isEmpty()) {
      return Proof.dead(
          seen + "; it was not tried, because it is not sealed" + others(target, listed));
    }
    return switch (tried(target, secret.get())) {
      case DEAD -> Proof.dead(seen + "; tried, it is Not Authorized" + others(target, listed));
      case ALIVE -> Proof.alive(seen + ", and lets the token in");
      case UNKNOWN -> Proof.unknown(seen + "; trying it was answered in neither way");
    };
  }

  @Override
  public Restoration undo(Target target, Map<String, String> prior) {
    return Restoration.impossible(
        "A deleted token of Railway cannot be given back. Let its owner make a new one, and"
            + " register it.");
  }

  /** By a question that a token of this kind may ask, and nobody else. */
  private Proof.Life tried(Target target, String secret) {
    String workspace = target.handle().get(WORKSPACE);
    GraphQl.Answer answer;
    String pointer;
    if (project(target) != null) {
      answer = api.askAs(Login.PROJECT, secret, "query { projectToken { projectId } }", Map.of());
      pointer = "/projectToken/projectId";
    } else if (workspace != null) {
      answer =
          api.askAs(
              Login.BEARER,
              secret,
              "query($id: String!) { workspace(workspaceId: $id) { id } }",
              Map.of("id", workspace));
      pointer = "/workspace/id";
    } else {
      answer = api.askAs(Login.BEARER, secret, "query { me { id } }", Map.of());
      pointer = "/me/id";
    }
    if (answer.data().at(pointer).isTextual()) {
      return Proof.Life.ALIVE;
    }
    return answer.isRefused() ? Proof.Life.DEAD : Proof.Life.UNKNOWN;
  }

  /** Tokens of the project that were made since; of others Railway does not tell when. */
  private static String others(Target target, List<Tokens.Listed> listed) {
    Optional<Instant> since = target.since();
    if (since.isEmpty()) {
      return "";
    }
    String made =
        listed.stream()
            .filter(token -> token.created() != null && !token.created().isBefore(since.get()))
            .limit(MOST_NAMED)
            .map(Tokens.Listed::id)
            .collect(Collectors.joining(", "));
    return made.isEmpty() ? "" : "; tokens that the project got since: " + made;
  }

  private static String unseen(Tokens.Seen seen) {
    return "Railway has more tokens than the " + seen.tokens().size() + " that were looked at";
  }

  private static String blastRadius(Target target) {
    String project = project(target);
    if (project != null) {
      return "one token of an environment of project " + project;
    }
    String workspace = target.handle().get(WORKSPACE);
    return workspace == null
        ? "one token of the whole account"
        : "one token of the whole workspace " + workspace;
  }

  private static @Nullable String project(Target target) {
    return target.handle().get(PROJECT);
  }

  private String id(Target target) {
    String id = target.handle(ID, FORM);
    if (id.equals(ownId)) {
      throw RevokerException.refused("Token " + id + " is the revoker's own: it is never touched.");
    }
    return id;
  }
}
