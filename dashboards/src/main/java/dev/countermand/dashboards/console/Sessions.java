package dev.countermand.dashboards.console;

import dev.countermand.runtime.config.ConsoleSettings;
import dev.countermand.runtime.config.ConsoleSettings.Role;
import dev.countermand.runtime.http.Bearers;
import dev.countermand.runtime.http.Refusal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is signed in. Sessions are in memory only, so that a restart ends all of them; they are
 * bounded in number and in time. Thread-safe.
 */
final class Sessions {
  /** How long one lasts, whatever happens in it. */
  static final Duration LONGEST = Duration.ofHours(12);

  /** How long one lasts in which nothing happens. */
  static final Duration IDLE = Duration.ofHours(2);

  /** Most at one time; the one that was opened first gives way. */
  static final int MAX = 256;

  /** How many wrong tokens an address may send in a {@link #WINDOW} before the log says so. */
  static final int MAX_WRONG = 10;

  static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int MAX_ADDRESSES = 1_000;
  private static final int SECRET_BYTES = 32;
  private static final int MAX_TOKEN = 4_096;

  private static final Logger log = LoggerFactory.getLogger(Sessions.class);

  private final Bearers<User> users = new Bearers<>();
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Session> byCookie = new LinkedHashMap<>();
  private final Map<String, Wrong> wrong = new LinkedHashMap<>();

  /** Somebody who may sign in. */
  private record User(String name, Role role) {}

  private record Wrong(Instant since, int times) {}

  /**
   * One person signed in with one browser.
   *
   * @param csrf what each request that changes something must bear
   * @param expires when it ends at the latest
   */
  record Session(String name, Role role, String csrf, Instant expires, Instant used) {
    /** Without what would let others act as this person. */
    @Override
    public String toString() {
      return name + " (" + role + ") until " + expires;
    }
  }

  /** A session that was opened now. */
  record Opened(String cookie, Session session) {
    @Override
    public String toString() {
      return session.toString();
    }
  }

  /**
   * @throws dev.countermand.runtime.CountermandException SECRET_UNREADABLE, CONFIG_DUPLICATE_TOKEN
   */
  Sessions(ConsoleSettings settings, InstantSource clock) {
    this.clock = clock;
    settings
        .users()
        .forEach(
            (name, user) ->
                users.add(new User(name, user.role()), "The user " + name, user.token()));
  }

  /**
   * Opens a session. A right token always does, as many wrong ones as came before it: everybody on
   * one machine, or behind one proxy, has one address.
   *
   * @param address who asks
   * @throws Refusal CONSOLE_TOKEN_UNKNOWN, and CONSOLE_SIGN_IN_TOO_OFTEN after too many of those
   */
  synchronized Opened open(String token, String address) {
    Instant now = clock.instant();
    User user = token.length() > MAX_TOKEN ? null : users.find("Bearer " + token).orElse(null);
    if (user == null) {
      throw refused(address, now);
    }
    String cookie = secret();
    Session session = new Session(user.name(), user.role(), secret(), now.plus(LONGEST), now);
    byCookie.values().removeIf(one -> isOver(one, now));
    byCookie.put(digest(cookie), session);
    dropOldest(byCookie, MAX);
    return new Opened(cookie, session);
  }

  private Refusal refused(String address, Instant now) {
    Wrong before = wrong.remove(address);
    Wrong all =
        before != null && now.isBefore(before.since().plus(WINDOW))
            ? new Wrong(before.since(), before.times() + 1)
            : new Wrong(now, 1);
    wrong.put(address, all);
    dropOldest(wrong, MAX_ADDRESSES);
    if (all.times() <= MAX_WRONG) {
      return new Refusal(
          401,
          "CONSOLE_TOKEN_UNKNOWN",
          "Nobody has this token. The console prints the one of `local` when it starts; others are"
              + " where console.users says.");
    }
    if (all.times() == MAX_WRONG + 1) {
      log.warn("Somebody at {} tries tokens of the console: {} were wrong", address, MAX_WRONG);
    }
    return new Refusal(
        429,
        "CONSOLE_SIGN_IN_TOO_OFTEN",
        "Nobody has this token, and too many wrong ones came from this address. Wait a minute.");
  }

  /** The session of a cookie, used now; empty where there is none or it is over. */
  synchronized Optional<Session> find(@Nullable String cookie) {
    if (cookie == null) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    return Optional.ofNullable(
        byCookie.computeIfPresent(
            digest(cookie),
            (key, one) ->
                isOver(one, now)
                    ? null
                    : new Session(one.name(), one.role(), one.csrf(), one.expires(), now)));
  }

  /** Whether the session of a cookie goes on; to ask is no use of it. */
  boolean isOpen(@Nullable String cookie) {
    return nameOf(cookie).isPresent();
  }

  /** Whose session a cookie is of, while that goes on; to ask is no use of it. */
  synchronized Optional<String> nameOf(@Nullable String cookie) {
    Session session = cookie == null ? null : byCookie.get(digest(cookie));
    return session == null || isOver(session, clock.instant())
        ? Optional.empty()
        : Optional.of(session.name());
  }

  /** Ends the session of a cookie, if there is one. */
  synchronized void close(String cookie) {
    byCookie.remove(digest(cookie));
  }

  /** Whether a text is what a session's changing requests must bear. */
  static boolean matches(Session session, @Nullable String csrf) {
    return csrf != null
        && MessageDigest.isEqual(
            session.csrf().getBytes(StandardCharsets.UTF_8), csrf.getBytes(StandardCharsets.UTF_8));
  }

  private static boolean isOver(Session session, Instant now) {
    return !now.isBefore(session.expires()) || !now.isBefore(session.used().plus(IDLE));
  }

  private static void dropOldest(Map<String, ?> map, int most) {
    Iterator<String> keys = map.keySet().iterator();
    while (map.size() > most) {
      keys.next();
      keys.remove();
    }
  }

  private String secret() {
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  // What is kept does not open a session, and how long a look-up takes says nothing of a cookie.
  private static String digest(String cookie) {
    return Bearers.digestOf(cookie);
  }
}
