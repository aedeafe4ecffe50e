package dev.countermand.containment.kafkaacl;

import dev.countermand.containment.discovery.Discovered;
import dev.countermand.containment.discovery.Discoverer;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.UserScramCredentialsDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.security.token.delegation.DelegationToken;
import org.jspecify.annotations.Nullable;

/**
 * Lists the principals of a cluster that have a SCRAM credential or that an access control list
 * names, and what they could do. What everybody may do counts for each of them.
 *
 * <p>Kafka does not tell who is a super user, nor who may log in by another mechanism than SCRAM.
 */
final class KafkaDiscoverer implements Discoverer {
  private static final int MAX_PRINCIPALS = 10_000;
  private static final String EVERYTHING = "*:*";

  private final String provider;
  private final KafkaSettings settings;
  private final Duration timeout;

  /**
   * Nothing is connected yet.
   *
   * @param timeout of each question
   */
  KafkaDiscoverer(String provider, KafkaSettings settings, Duration timeout) {
    this.provider = provider;
    this.settings = settings;
    this.timeout = timeout;
  }

  @Override
  public List<Discovered> discover() {
    Admin admin = connect();
    try {
      KafkaFuture<Map<String, UserScramCredentialsDescription>> users =
          admin.describeUserScramCredentials().all();
      KafkaFuture<Collection<AclBinding>> acls = admin.describeAcls(AclBindingFilter.ANY).values();
      KafkaFuture<List<DelegationToken>> tokens =
          admin.describeDelegationToken().delegationTokens();
      return describe(answer(users), acls(acls), tokens(tokens));
    } catch (ExecutionException e) {
      throw failed(reason(e.getCause()));
    } catch (TimeoutException e) {
      throw unanswered();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CountermandException("INTERRUPTED", "Interrupted while asking Kafka.", e);
    } finally {
      // What is not answered by now would hold the close up to a minute.
      admin.close(Duration.ZERO);
    }
  }

  private Admin connect() {
    try {
      return Admin.create(settings.admin("countermand-discovery"));
    } catch (KafkaException e) {
      // Without the client's message, which may quote the value of a setting.
      throw new CountermandException(
          "KAFKA_SETTINGS_INVALID",
          "The Kafka client of the provider \""
              + provider
              + "\" cannot be made. Check that its url is host:port with a host this machine can"
              + " resolve, and the keys under its client.");
    }
  }

  private <V> V answer(KafkaFuture<V> future)
      throws ExecutionException, InterruptedException, TimeoutException {
    return future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Empty where the cluster has no authorizer, and so no list. */
  private Optional<AccessLists> acls(KafkaFuture<Collection<AclBinding>> future)
      throws ExecutionException, InterruptedException, TimeoutException {
    try {
      return Optional.of(new AccessLists(answer(future)));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SecurityDisabledException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** How many each principal has; the tokens themselves are secrets. */
  private Map<String, Integer> tokens(KafkaFuture<List<DelegationToken>> future)
      throws InterruptedException, TimeoutException {
    Map<String, Integer> counts = new TreeMap<>();
    try {
      for (DelegationToken token : answer(future)) {
        counts.merge(token.tokenInfo().ownerAsString(), 1, Integer::sum);
      }
    } catch (ExecutionException e) {
      // Most clusters have tokens switched off, and some answer only on secured listeners.
      return Map.of();
    }
    return counts;
  }

  private List<Discovered> describe(
      Map<String, UserScramCredentialsDescription> users,
      Optional<AccessLists> acls,
      Map<String, Integer> tokens) {
    Set<String> principals = new TreeSet<>(tokens.keySet());
    users.keySet().forEach(user -> principals.add(AccessLists.USER + user));
    principals.addAll(acls.map(AccessLists::principals).orElse(Set.of(AccessLists.EVERYBODY)));
    if (principals.size() > MAX_PRINCIPALS) {
      throw failed(
          "there are more than "
              + MAX_PRINCIPALS
              + ". Register them one by one: countermand credential add.");
    }
    List<Discovered> all = new ArrayList<>();
    for (String principal : principals) {
      String name =
          principal.startsWith(AccessLists.USER)
              ? principal.substring(AccessLists.USER.length())
              : principal;
      List<String> remarks = new ArrayList<>();
      remarks.add(login(principal, users.get(name)));
      int held = tokens.getOrDefault(principal, 0);
      if (held > 0) {
        remarks.add(held + (held == 1 ? " delegation token" : " delegation tokens"));
      }
      acls.ifPresentOrElse(
          lists -> remarks.addAll(lists.remarks(principal)),
          () -> remarks.add("the cluster has no authorizer: everybody may do everything"));
      List<String> can =
          acls.map(lists -> lists.capabilities(principal)).orElse(List.of(EVERYTHING));
      all.add(new Discovered(name, "kafka-user", can, Map.of("user", name), remarks));
    }
    return List.copyOf(all);
  }

  private static String login(String principal, @Nullable UserScramCredentialsDescription user) {
    if (principal.equals(AccessLists.EVERYBODY)) {
      return "everybody, also who is not listed";
    }
    if (user == null) {
      return "no SCRAM credential";
    }
    return String.join(
        " ",
        new TreeSet<>(
            user.credentialInfos().stream()
                .map(ScramCredentialInfo::mechanism)
                .map(mechanism -> mechanism.mechanismName())
                .toList()));
  }

  private String reason(@Nullable Throwable cause) {
    if (cause instanceof ClusterAuthorizationException) {
      return "the configured user may not ask. Allow it DESCRIBE on the cluster.";
    }
    if (cause instanceof AuthenticationException) {
      return "the login is refused. Check the keys under client of the provider.";
    }
    if (cause instanceof org.apache.kafka.common.errors.TimeoutException) {
      throw unanswered();
    }
    return "Kafka answered "
        + (cause == null ? "nothing" : cause.getClass().getSimpleName())
        + ". See the brokers' logs.";
  }

  private CountermandException unanswered() {
    return failed(
        "no broker answers at "
            + settings.bootstrap()
            + " within "
            + timeout.toMillis()
            + " ms. Check url, client and timeout of the provider.");
  }

  private CountermandException failed(String why) {
    return new CountermandException(
        "DISCOVERY_FAILED",
        "The users of the provider \"" + provider + "\" cannot be listed: " + why);
  }
}
