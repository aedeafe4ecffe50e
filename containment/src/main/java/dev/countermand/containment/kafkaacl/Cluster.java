package dev.countermand.containment.kafkaacl;

import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.runtime.Waits;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.DelegationTokenDisabledException;
import org.apache.kafka.common.errors.ResourceNotFoundException;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedByAuthenticationException;
import org.apache.kafka.common.security.token.delegation.DelegationToken;
import org.apache.kafka.common.security.token.delegation.TokenInformation;
import org.jspecify.annotations.Nullable;

/**
 * A cluster, asked and changed as the revoker's own user over one connection that is kept. Every
 * method ends within the timeout and throws {@link RevokerException}. Thread-safe.
 */
final class Cluster implements AutoCloseable {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private final String provider;
  private final KafkaSettings settings;
  private final Duration timeout;
  private @Nullable Admin admin;

  /** Nothing is connected yet. */
  Cluster(String provider, KafkaSettings settings, Duration timeout) {
    this.provider = provider;
    this.settings = settings;
    this.timeout = timeout;
  }

  /** All access control lists, as the broker that answers has them. */
  Set<AclBinding> acls() {
    return Set.copyOf(answer(admin().describeAcls(AclBindingFilter.ANY).values()));
  }

  /** Adds entries; those that are there stay. */
  void add(Collection<AclBinding> acls) {
    answer(admin().createAcls(acls).all());
  }

  /** Deletes exactly these entries. */
  void delete(Collection<AclBinding> acls) {
    answer(admin().deleteAcls(acls.stream().map(AclBinding::toFilter).toList()).all());
  }

  /** The users that have a SCRAM credential, and by which mechanisms. */
  Map<String, Set<ScramMechanism>> scramUsers() {
    return answer(admin().describeUserScramCredentials().all()).entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                user ->
                    user.getValue().credentialInfos().stream()
                        .map(ScramCredentialInfo::mechanism)
                        .collect(Collectors.toCollection(TreeSet::new))));
  }

  /** Deletes the SCRAM credentials of a user; one that is gone is fine. */
  void deleteScram(String user, Set<ScramMechanism> mechanisms) {
    List<UserScramCredentialAlteration> deletions =
        mechanisms.stream()
            .map(mechanism -> new UserScramCredentialDeletion(user, mechanism))
            .map(UserScramCredentialAlteration.class::cast)
            .toList();
    try {
      within(admin().alterUserScramCredentials(deletions).all());
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof ResourceNotFoundException)) {
        throw problem(e.getCause());
      }
    }
  }

  /**
   * The delegation tokens that may be seen; none where the cluster has them switched off, or gives
   * them only on a listener with logins.
   */
  List<TokenInformation> tokens() {
    try {
      return within(admin().describeDelegationToken().delegationTokens()).stream()
          .map(DelegationToken::tokenInfo)
          .toList();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DelegationTokenDisabledException
          || e.getCause() instanceof UnsupportedByAuthenticationException) {
        return List.of();
      }
      throw problem(e.getCause());
    }
  }

  /** Whether the revoker's user may look at a topic that no list and nobody names. */
  boolean seesWhatNoListNames() {
    String topic = UUID.randomUUID().toString();
    try {
      within(admin().describeTopics(List.of(topic)).allTopicNames());
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return true;
      }
      if (e.getCause() instanceof AuthorizationException) {
        return false;
      }
      throw problem(e.getCause());
    }
  }

  /** Waits half the timeout until a broker tells what the controller took. */
  void await(BooleanSupplier isSeen, String what) {
    Optional<Boolean> seen;
    try {
      seen =
          Waits.until(
              timeout.dividedBy(2),
              LOOK_AGAIN,
              () -> isSeen.getAsBoolean() ? Optional.of(true) : Optional.empty());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unanswered();
    }
    if (seen.isEmpty()) {
      throw RevokerException.retryable(
          "Provider " + provider + " took it, but no broker shows it yet: " + what);
    }
  }

  /** The name in the revoker's own SCRAM login, when it has one. */
  Optional<String> ownUser() {
    return Logins.userIn(settings.client());
  }

  /** What a user can do at the same address; empty when that takes no SCRAM login. */
  Optional<Logins> logins() {
    return Logins.isScram(settings.client())
        ? Optional.of(new Logins(config(), timeout))
        : Optional.empty();
  }

  @Override
  public synchronized void close() {
    if (admin != null) {
      admin.close(Duration.ZERO);
    }
  }

  private synchronized Admin admin() {
    Admin open = admin;
    if (open == null) {
      try {
        open = Admin.create(config());
      } catch (KafkaException e) {
        // Without the client's message, which may quote the value of a setting.
        throw RevokerException.fatal(
            "The Kafka client of provider "
                + provider
                + " cannot be made. Check that its url is host:port with a host this machine can"
                + " resolve, and the keys under its client.");
      }
      admin = open;
    }
    return open;
  }

  private Map<String, Object> config() {
    Map<String, Object> config = new HashMap<>(settings.admin("countermand-containment"));
    int millis = Math.toIntExact(timeout.toMillis());
    config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    return config;
  }

  private <V> V answer(KafkaFuture<V> future) {
    try {
      return within(future);
    } catch (ExecutionException e) {
      throw problem(e.getCause());
    }
  }

  private <V> V within(KafkaFuture<V> future) throws ExecutionException {
    try {
      return future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw unanswered();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unanswered();
    }
  }

  private RevokerException problem(@Nullable Throwable cause) {
    if (cause instanceof ClusterAuthorizationException) {
      return RevokerException.fatal(
          "Provider "
              + provider
              + " refuses it to the revoker's user: allow it ALTER and DESCRIBE on the cluster.");
    }
    if (cause instanceof AuthenticationException) {
      return RevokerException.fatal(
          "Provider "
              + provider
              + " refuses the revoker's own login. Check the keys under client of the provider.");
    }
    if (cause instanceof SecurityDisabledException) {
      return RevokerException.fatal(
          "Provider "
              + provider
              + " has no authorizer, so nothing can be denied there. Set authorizer.class.name on"
              + " its brokers, or delete the user's SCRAM credential with kafka-configs.");
    }
    if (cause == null || cause instanceof org.apache.kafka.common.errors.TimeoutException) {
      return unanswered();
    }
    return RevokerException.retryable(
        "Provider " + provider + " answered " + cause.getClass().getSimpleName() + ".");
  }

  private RevokerException unanswered() {
    return RevokerException.retryable(
        "Provider " + provider + " did not answer within " + timeout.toMillis() + " ms.");
  }
}
