package dev.countermand.containment.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.model.json.Json;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the cluster says of tokens and rights when it is asked. Thread-safe. */
final class Reviews {
  private static final String AUTHENTICATION = "authentication.k8s.io/v1";
  private static final String AUTHORIZATION = "authorization.k8s.io/v1";

  /**
   * Things that agents do; who may do none of them by a binding may by another authorizer, which
   * bindings do not show.
   */
  private static final List<Asked> ASKED =
      List.of(
          new Asked("get", "", "secrets"),
          new Asked("create", "", "pods"),
          new Asked("delete", "apps", "deployments"),
          new Asked("*", "*", "*"));

  private final Api api;
  private volatile @Nullable String own;

  private record Asked(String verb, String group, String resource) {}

  Reviews(Api api) {
    this.api = api;
  }

  /** Whose token was looked at. */
  enum Life {
    LET_IN,
    REFUSED,
    /** It is let in, as somebody else. */
    OF_ANOTHER,
    UNKNOWN
  }

  /** Whether a token of an account is let in. */
  Life tokenOf(Account account, String token) {
    ObjectNode review = review(AUTHENTICATION, "TokenReview");
    review.putObject("spec").put("token", token);
    JsonNode status = api.review("apis/" + AUTHENTICATION + "/tokenreviews", review);
    if (status.path("authenticated").asBoolean(false)) {
      return status.at("/user/username").asText("").equals(account.user())
          ? Life.LET_IN
          : Life.OF_ANOTHER;
    }
    // Of a token that is refused the answer leaves "authenticated" out.
    return status.isObject() ? Life.REFUSED : Life.UNKNOWN;
  }

  /** Something that an account may do, of some that are asked for; empty when it may none. */
  Optional<String> right(Account account) {
    for (Asked asked : ASKED) {
      ObjectNode review = review(AUTHORIZATION, "SubjectAccessReview");
      ObjectNode spec = review.putObject("spec").put("user", account.user());
      account.groups().forEach(spec.putArray("groups")::add);
      spec.putObject("resourceAttributes")
          .put("namespace", account.namespace())
          .put("verb", asked.verb())
          .put("group", asked.group())
          .put("resource", asked.resource());
      JsonNode allowed =
          api.review("apis/" + AUTHORIZATION + "/subjectaccessreviews", review).path("allowed");
      if (!allowed.isBoolean()) {
        throw RevokerException.retryable(
            "Provider " + api.provider() + " did not answer whether an account may do something.");
      }
      if (allowed.booleanValue()) {
        return Optional.of(asked.verb() + " " + asked.resource());
      }
    }
    return Optional.empty();
  }

  /** Who the revoker is in the cluster. */
  String own() {
    String known = own;
    if (known == null) {
      known =
          api.review(
                  "apis/" + AUTHENTICATION + "/selfsubjectreviews",
                  review(AUTHENTICATION, "SelfSubjectReview"))
              .at("/userInfo/username")
              .asText("");
      if (known.isEmpty()) {
        throw RevokerException.retryable(
            "Provider " + api.provider() + " did not answer who its token is of.");
      }
      own = known;
    }
    return known;
  }

  private static ObjectNode review(String version, String kind) {
    return Json.mapper().createObjectNode().put("apiVersion", version).put("kind", kind);
  }
}
