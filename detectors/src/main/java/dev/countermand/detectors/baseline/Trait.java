package dev.countermand.detectors.baseline;

import dev.countermand.detectors.Text;
import dev.countermand.model.Action;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Effect;
import dev.countermand.model.Phase;
import dev.countermand.model.Resource;
import dev.countermand.model.Seen;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One thing that an action is known by: what it does, its tool, a host, a credential, its hour.
 *
 * @param kind the kind of thing
 * @param text for people; without a secret, at most some 300 characters
 * @param digests of the kind and the thing, {@value Seen#WIDTH} characters each; the first is its
 *     own, others are those it had before, under an earlier key for instance
 */
public record Trait(TraitKind kind, String text, List<String> digests) {
  /** Most traits of one kind that an action has. */
  public static final int MAX_OF_A_KIND = 8;

  private static final int MAX_NAME = 128;
  private static final int SCANNED = 4_096;
  private static final int BYTES = 9;
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  /** The list is copied. */
  public Trait {
    digests = List.copyOf(digests);
  }

  /** Its own digest. */
  public String digest() {
    return digests.get(0);
  }

  /**
   * The traits of an action. It has them where its effects count ({@link Features}): with the
   * attempt, or where the provider tells of it.
   *
   * @param effects what it does to the world
   */
  public static List<Trait> of(Action action, List<Effect> effects) {
    if (!Features.counts(action) || action.phase() == Phase.NOTICE) {
      return List.of();
    }
    Map<String, Trait> traits = new LinkedHashMap<>();
    effects.stream()
        .map(Trait::effect)
        .distinct()
        .limit(MAX_OF_A_KIND)
        .forEach(text -> put(traits, TraitKind.EFFECT, text, text, null));
    String tool = action.tool();
    if (tool != null) {
      put(traits, TraitKind.TOOL, cut(tool), cut(tool), null);
    }
    hosts(action).forEach(host -> put(traits, TraitKind.HOST, host, host, null));
    action.credentials(CredentialRole.USED).stream()
        .limit(MAX_OF_A_KIND)
        .forEach(
            mention ->
                put(
                    traits,
                    TraitKind.CREDENTIAL,
                    called(mention),
                    mention.fingerprint(),
                    mention.previous()));
    put(traits, TraitKind.HOUR, hour(action.believedTime()), hour(action.believedTime()), null);
    return List.copyOf(traits.values());
  }

  private static void put(
      Map<String, Trait> traits,
      TraitKind kind,
      String text,
      String thing,
      @Nullable String before) {
    String own = digest(kind, thing);
    List<String> all = before == null ? List.of(own) : List.of(own, digest(kind, before));
    traits.put(own, new Trait(kind, text, all));
  }

  private static String effect(Effect effect) {
    Resource resource = effect.resource();
    return effect.verb().wireName()
        + " "
        + cut(resource.type())
        + " in "
        + cut(resource.environment());
  }

  private static String called(CredentialMention mention) {
    return cut(mention.kind()) + " " + cut(mention.fingerprint());
  }

  private static String hour(Instant time) {
    ZonedDateTime at = time.atZone(ZoneOffset.UTC);
    return String.format(
        Locale.ROOT,
        "%s %02d:00 UTC",
        at.getDayOfWeek().name().toLowerCase(Locale.ROOT),
        at.getHour());
  }

  /** The hosts of the URLs that stand in the action, without port and user. */
  private static List<String> hosts(Action action) {
    List<String> hosts = new ArrayList<>();
    Stream.of(action.url(), action.command())
        .forEach(
            text -> {
              if (text != null) {
                hosts(text.substring(0, Math.min(SCANNED, text.length())), hosts);
              }
            });
    return hosts;
  }

  private static void hosts(String text, List<String> hosts) {
    int at = text.indexOf("://");
    while (at >= 0 && hosts.size() < MAX_OF_A_KIND) {
      int start = at + 3;
      int end = start;
      while (end < text.length() && ofAuthority(text.charAt(end))) {
        if (text.charAt(end) == '@') {
          start = end + 1;
        }
        end++;
      }
      String host = text.substring(start, end);
      int port = host.lastIndexOf(':');
      host = port > 0 ? host.substring(0, port) : host;
      String lower = cut(host.toLowerCase(Locale.ROOT));
      if (!lower.isEmpty() && !hosts.contains(lower)) {
        hosts.add(lower);
      }
      at = text.indexOf("://", end);
    }
  }

  /** Of a user, a host and a port (RFC 3986, section 3.2), as far as shells leave it unquoted. */
  private static boolean ofAuthority(char c) {
    return Character.isLetterOrDigit(c) || "-._~%@:[]+=$,!".indexOf(c) >= 0;
  }

  /** The digest of a thing as its kind writes it. */
  public static String digest(TraitKind kind, String thing) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((kind.wireName() + "\n" + thing).getBytes(StandardCharsets.UTF_8));
      return BASE64.encodeToString(Arrays.copyOf(hash, BYTES)).substring(0, Seen.WIDTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String cut(String name) {
    return Text.line(name, MAX_NAME);
  }
}
