package dev.countermand.detectors.trail;

import dev.countermand.model.CredentialHolders;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one credential over all agents. Immutable; bounded by {@value #MAX_VISITS}
 * visits, the longest unseen forgotten first, and by {@link #KEPT}.
 *
 * <p>Adding the same touch twice gives the same trail, so that what is read from it is the same on
 * a replay.
 *
 * @param visits one for each agent and place
 * @param taken the last that containment did to it; null for nothing
 * @param last when it was last touched, to the minute
 * @param extra fields of a newer schema, kept as they came
 */
public record CredentialTrail(
    List<Visit> visits, @Nullable Taken taken, Instant last, Extra extra) {

  /** Most visits that are remembered. */
  public static final int MAX_VISITS = 64;

  /** How long a credential that nobody touches is remembered. */
  public static final Duration KEPT = Duration.ofDays(30);

  /** So long after a first use, the next is a first one again. */
  public static final Duration RENEWED = Duration.ofDays(1);

  /** A touch that tells no more than that it came within this time of the last changes nothing. */
  private static final Duration PRECISION = Duration.ofMinutes(1);

  /** The trail of a credential that nobody touched yet. */
  public static final CredentialTrail EMPTY =
      new CredentialTrail(List.of(), null, Instant.EPOCH, Extra.NONE);

  /** Lists are copied. */
  public CredentialTrail {
    visits = List.copyOf(visits);
  }

  private static final DocumentCodec.Builder<CredentialTrail> FIELDS =
      DocumentCodec.builder("credential trail");
  private static final Field<CredentialTrail, List<Visit>> VISITS =
      FIELDS.list("visits", Visit.CODEC, CredentialTrail::visits);
  private static final Field<CredentialTrail, Taken> TAKEN =
      FIELDS.object("taken", Taken.CODEC, CredentialTrail::taken);
  private static final Field<CredentialTrail, Instant> LAST =
      FIELDS.instant("last", CredentialTrail::last);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<CredentialTrail> CODEC =
      FIELDS.build(
          v ->
              new CredentialTrail(
                  v.getOr(VISITS, List.of()), v.find(TAKEN), v.get(LAST), v.extra()),
          CredentialTrail::extra);

  /** The trail with one more touch. */
  public CredentialTrail plus(CredentialTouch touch) {
    List<Visit> next = new ArrayList<>();
    Visit own = null;
    for (Visit visit : visits) {
      if (visit.agentId().equals(touch.agentId()) && visit.source().equals(touch.source())) {
        own = visit;
      } else if (visit.last().plus(KEPT).isAfter(touch.received())) {
        next.add(visit);
      }
    }
    Visit now = with(own, touch);
    if (now == own && next.size() == visits.size() - 1) {
      return this;
    }
    next.add(now);
    if (next.size() > MAX_VISITS) {
      next.sort(Comparator.comparing(Visit::last));
      next.subList(0, next.size() - MAX_VISITS).clear();
    }
    return new CredentialTrail(next, taken, later(last, touch.received()), extra);
  }

  /** The trail after containment took the credential away, or gave it back. */
  public CredentialTrail plus(Taken news) {
    return taken != null && taken.time().isAfter(news.time())
        ? this
        : new CredentialTrail(visits, news, later(last, news.time()), extra);
  }

  /** The visit that a touch is part of. */
  public Visit visit(CredentialTouch touch) {
    return visits.stream()
        .filter(
            visit ->
                visit.agentId().equals(touch.agentId()) && visit.source().equals(touch.source()))
        .findFirst()
        .orElseGet(() -> with(null, touch));
  }

  /** The agents that used or saw the credential, the latest first, each once. */
  public CredentialHolders holders(String fingerprint) {
    List<Visit> latest =
        visits.stream().sorted(Comparator.comparing(Visit::last).reversed()).toList();
    List<String> users = agents(latest.stream().filter(visit -> visit.use().isPresent()));
    List<String> seers = agents(latest.stream().filter(visit -> !users.contains(visit.agentId())));
    return new CredentialHolders(fingerprint, last, users, seers, Extra.NONE);
  }

  private static List<String> agents(Stream<Visit> visits) {
    return visits.map(Visit::agentId).distinct().toList();
  }

  /** What took the credential away before an instant, if nothing gave it back. */
  public Optional<Taken> takenBefore(Instant instant) {
    return Optional.ofNullable(taken).filter(one -> one.away() && one.time().isBefore(instant));
  }

  private Visit with(@Nullable Visit before, CredentialTouch touch) {
    boolean use = touch.role() == CredentialRole.USED;
    if (before == null) {
      return new Visit(
          touch.agentId(),
          touch.source(),
          use ? null : touch,
          use ? touch : null,
          use && takenBefore(touch.received()).isPresent() ? touch : null,
          touch.received(),
          use ? touch.received() : null,
          Extra.NONE);
    }
    CredentialTouch sighted = use ? before.sighted() : sighted(before, touch);
    CredentialTouch used = use ? used(before, touch) : before.used();
    CredentialTouch barred = use ? barred(before, touch) : before.barred();
    Instant lastUsed = before.lastUsed();
    Instant lately = use ? lastUsed : before.last();
    if (sighted == before.sighted()
        && used == before.used()
        && barred == before.barred()
        && lately != null
        && touch.received().isBefore(lately.plus(PRECISION))) {
      return before;
    }
    return new Visit(
        before.agentId(),
        before.source(),
        sighted,
        used,
        barred,
        later(before.last(), touch.received()),
        use ? later(lastUsed, touch.received()) : lastUsed,
        before.extra());
  }

  /** The first sighting, but one in a file that no task covers before any other. */
  private static CredentialTouch sighted(Visit before, CredentialTouch touch) {
    CredentialTouch known = before.sighted();
    return known == null || (!read(known) && read(touch)) ? touch : known;
  }

  private static boolean read(CredentialTouch touch) {
    return touch.file() != null && !touch.granted();
  }

  /**
   * The first use, but the first after a day without, and one that no task covers before others.
   */
  private static CredentialTouch used(Visit before, CredentialTouch touch) {
    CredentialTouch known = before.used();
    Instant lastUsed = before.lastUsed();
    if (known == null
        || lastUsed == null
        || known.received().plus(RENEWED).isBefore(touch.received())
        || (known.granted() && !touch.granted())
        || (!known.grave() && touch.grave())) {
      return touch;
    }
    return known;
  }

  /** The first use since the credential was taken away. */
  private @Nullable CredentialTouch barred(Visit before, CredentialTouch touch) {
    Optional<Taken> away = takenBefore(touch.received());
    if (away.isEmpty()) {
      return before.barred();
    }
    CredentialTouch known = before.barred();
    boolean ofThisOrder = known != null && away.get().time().isBefore(known.received());
    return ofThisOrder ? known : touch;
  }

  private static Instant later(@Nullable Instant a, Instant b) {
    return a == null || a.isBefore(b) ? b : a;
  }
}
