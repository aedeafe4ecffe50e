package dev.countermand.containment;

import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.model.Approval;
import dev.countermand.model.Credential;
import dev.countermand.model.CredentialHolders;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.Parts;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.crypto.Sealing;
import dev.countermand.runtime.http.HttpCaller;
import dev.countermand.runtime.kafka.CompactedView;
import dev.countermand.runtime.kafka.KafkaSettings;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out containment orders: the kill switch first, then each credential at its provider, then
 * the proof. Several processes with the same topics share the agents among them. Thread-safe.
 */
public final class ContainmentService implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ContainmentService.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int LANE_THREADS = 8;

  private final Parts parts = new Parts("containment");

  private ContainmentService() {}

  /**
   * Starts, and returns when the known credentials and the approvals are read; the first orders are
   * read a moment later. The topics must exist.
   *
   * @throws CountermandException KAFKA_UNREACHABLE; CONFIG_* when a provider is configured wrongly;
   *     SECRET_UNREADABLE when its secret cannot be read
   */
  public static ContainmentService start(
      KafkaSettings kafka,
      ContainmentSettings config,
      Sealing.Opener opener,
      MeterRegistry meters,
      InstantSource clock) {
    return start(kafka, config, opener, meters, clock, Pacing.DEFAULT);
  }

  static ContainmentService start(
      KafkaSettings kafka,
      ContainmentSettings config,
      Sealing.Opener opener,
      MeterRegistry meters,
      InstantSource clock,
      Pacing pacing) {
    ContainmentService service = new ContainmentService();
    try {
      service.begin(kafka, config, opener, meters, clock, pacing);
      return service;
    } catch (RuntimeException e) {
      service.close();
      throw e;
    }
  }

  private void begin(
      KafkaSettings kafka,
      ContainmentSettings config,
      Sealing.Opener opener,
      MeterRegistry meters,
      InstantSource clock,
      Pacing pacing) {
    ScheduledExecutorService timer = Threads.timer("containment-timer");
    parts.push(timer::shutdownNow);
    Map<String, ProviderDesk> desks = desks(config, meters, timer, pacing);
    desks.values().forEach(this::push);
    Journal journal = push(new Journal(kafka, meters, clock));
    ExecutorService lanes = Threads.pool("containment", LANE_THREADS);
    parts.push(lanes::shutdownNow);
    Agents agents = push(new Agents(kafka, lanes));
    Approvals approvals = new Approvals();
    CompactedView<Credential> credentials =
        push(
            new CompactedView<>(
                kafka,
                kafka.topics().credentials(),
                Credential.CODEC,
                (fingerprint, credential) -> {
                  agents.registered(fingerprint);
                  if (credential != null) {
                    credential.previous().forEach(agents::registered);
                  }
                }));
    SealedCredentials sealed = new SealedCredentials(config, clock);
    CompactedView<Credential> unregistered =
        push(
            CompactedView.keepingNothing(
                kafka,
                kafka.topics().sealedCredentials(),
                Credential.CODEC,
                (fingerprint, credential) -> {
                  sealed.put(fingerprint, credential);
                  agents.registered(fingerprint);
                }));
    Holders holders = new Holders();
    CompactedView<CredentialHolders> held =
        push(
            CompactedView.keepingNothing(
                kafka, kafka.topics().credentialHolders(), CredentialHolders.CODEC, holders::put));
    Function<String, Optional<Credential>> known =
        fingerprint -> registered(credentials, fingerprint).or(() -> sealed.find(fingerprint));
    Shared shared =
        new Shared(
            new Policy(config),
            journal,
            known,
            desks,
            opener,
            approvals,
            holders,
            new Budget(
                config.budget(),
                fingerprint ->
                    known.apply(fingerprint).map(Credential::environment).orElse("unknown")),
            new Pager(journal, meters),
            new Others(
                agents::states,
                agents::statesUpToNow,
                fingerprint -> Shared.fingerprints(known, fingerprint)),
            timer,
            pacing);
    agents.use(
        shared,
        new Drill(
            config.drill(),
            shared,
            meters,
            word ->
                credentials.all().stream()
                    .filter(one -> one.name().equals(word) || one.hasFingerprint(word))
                    .toList()));
    push(new CompactedView<>(
            kafka,
            kafka.topics().approvals(),
            Approval.CODEC,
            (agentId, approval) -> {
              if (approval != null) {
                approvals.add(approval);
                agents.answered(approval);
              }
            }))
        .awaitCaughtUp(PATIENCE);
    credentials.awaitCaughtUp(PATIENCE);
    unregistered.awaitCaughtUp(PATIENCE);
    held.awaitCaughtUp(PATIENCE);
    Gauge.builder("countermand.containment.sealed", sealed, SealedCredentials::count)
        .description("Tokens that nobody registered and that can be opened")
        .register(meters);
    journal.prepare();
    desks.values().forEach(ProviderDesk::check);
    OrderConsumer consumer = push(new OrderConsumer(kafka, agents, journal));
    Gauge.builder("countermand.containment.orders.in.flight", consumer, OrderConsumer::unfinished)
        .description("Orders read and not finished")
        .register(meters);
    consumer.start();
    log.info("Containment runs in mode {} with providers {}", config.mode(), desks.keySet());
  }

  /** An order may name a credential as an earlier fingerprint key did. */
  private static Optional<Credential> registered(
      CompactedView<Credential> credentials, String fingerprint) {
    return credentials
        .find(fingerprint)
        .or(
            () ->
                credentials.all().stream()
                    .filter(credential -> credential.hasFingerprint(fingerprint))
                    .findFirst());
  }

  private static Map<String, ProviderDesk> desks(
      ContainmentSettings config,
      MeterRegistry meters,
      ScheduledExecutorService timer,
      Pacing pacing) {
    Map<String, RevokerFactory> factories = new TreeMap<>();
    ServiceLoader.load(RevokerFactory.class, ContainmentService.class.getClassLoader())
        .forEach(factory -> factories.put(factory.type(), factory));
    Map<String, ProviderDesk> desks = new HashMap<>();
    config
        .providers()
        .forEach(
            (name, provider) -> {
              RevokerFactory factory = factories.get(provider.type());
              if (factory == null) {
                throw new CountermandException(
                    "CONFIG_UNKNOWN_PROVIDER_TYPE",
                    "containment.providers."
                        + name
                        + ".type is "
                        + provider.type()
                        + "; there are "
                        + factories.keySet()
                        + ".");
              }
              Revoker revoker = factory.create(name, provider, new HttpCaller(provider.timeout()));
              desks.put(
                  name, new ProviderDesk(name, revoker, provider.timeout(), pacing, timer, meters));
            });
    return desks;
  }

  private <P extends AutoCloseable> P push(P part) {
    return parts.push(part);
  }

  /** Stops reading, and ends; what is unfinished is taken up by the next process. */
  @Override
  public void close() {
    parts.close();
  }
}
