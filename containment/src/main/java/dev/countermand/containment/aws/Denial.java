package dev.countermand.containment.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.Json;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The inline policy of a role that denies everything to its sessions: to all that were issued up to
 * a time, or, where their source identity is known, to those of it whenever they were issued.
 */
final class Denial {
  private static final String NAME = "CountermandContainment";
  private static final String ISSUED = "aws:TokenIssueTime";

  private final @Nullable String sourceIdentity;

  Denial(@Nullable String sourceIdentity) {
    this.sourceIdentity = sourceIdentity;
  }

  /** Its name at the role: one for each source identity, or one would replace another's. */
  String name() {
    return sourceIdentity == null ? NAME : NAME + "-" + sum(sourceIdentity);
  }

  /** The policy in the words of IAM. */
  String document(Instant until) {
    return document(until.truncatedTo(ChronoUnit.SECONDS).toString());
  }

  private String document(String until) {
    ObjectNode document = Json.mapper().createObjectNode().put("Version", "2012-10-17");
    ObjectNode statement = document.putArray("Statement").addObject().put("Effect", "Deny");
    statement.putArray("Action").add("*");
    statement.putArray("Resource").add("*");
    ObjectNode condition = statement.putObject("Condition");
    if (sourceIdentity == null) {
      condition.putObject("DateLessThan").put(ISSUED, until);
    } else {
      condition.putObject("StringEquals").put("aws:SourceIdentity", sourceIdentity);
    }
    return document.toString();
  }

  /**
   * Up to when the sessions were issued that a policy denies everything.
   *
   * @param kept as IAM tells it, percent-encoded
   * @return {@link Instant#MAX} for those of one source identity; empty when it is another policy
   */
  Optional<Instant> deniesUntil(String kept) {
    try {
      String plain = URLDecoder.decode(kept.replace("+", "%2B"), StandardCharsets.UTF_8);
      JsonNode document = Json.mapper().readTree(plain);
      String until = document.at("/Statement/0/Condition/DateLessThan").path(ISSUED).asText("");
      if (!document.equals(Json.mapper().readTree(document(until)))) {
        return Optional.empty();
      }
      return Optional.of(sourceIdentity == null ? Instant.parse(until) : Instant.MAX);
    } catch (JsonProcessingException | DateTimeParseException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String sum(String text) {
    try {
      byte[] sum =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sum, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
