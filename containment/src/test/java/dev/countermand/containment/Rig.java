package dev.countermand.containment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.containment.oauth2.AuthorizationServer;
import dev.countermand.containment.revoker.Credentials;
import dev.countermand.model.Approval;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.ContainmentPlan;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.Credential;
import dev.countermand.model.CredentialHolders;
import dev.countermand.model.Decision;
import dev.countermand.model.Finding;
import dev.countermand.model.OrderKind;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.Topics;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.config.ApprovalSettings;
import dev.countermand.runtime.config.BudgetSettings;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.config.ContainmentSettings.Mode;
import dev.countermand.runtime.config.DrillSettings;
import dev.countermand.runtime.config.LadderSettings;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Containment on a real Kafka, with an authorization server to revoke at. For one test. */
final class Rig implements AutoCloseable {
  /** Pauses short enough for tests. */
  static final Pacing FAST =
      new Pacing(
          3,
          Duration.ofMillis(20),
          Duration.ofMillis(200),
          Duration.ofMillis(10),
          Duration.ofSeconds(1),
          Duration.ofMillis(300),
          Duration.ofSeconds(1),
          Duration.ofMillis(200),
          Duration.ofSeconds(1),
          4);

  static final String AUTH = "auth";

  /** The kind of unregistered tokens that {@link #AUTH} takes. */
  static final String KIND = "http-bearer";

  final AuthorizationServer server = new AuthorizationServer();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final Credentials credentials;
  final KafkaSettings kafka;
  private final Path directory;
  private final KafkaProbe probe;
  private final List<ContainmentService> services = new ArrayList<>();
  private final Map<String, ContainmentSettings.Provider> providers = new HashMap<>();
  private Duration reassert = Duration.ofMinutes(10);

  Rig(Path directory) {
    this(directory, TestServers.kafka().bootstrapServers());
  }

  /** On a Kafka of the test's own. */
  Rig(Path directory, String bootstrap) {
    this.directory = directory;
    this.probe = new KafkaProbe(bootstrap);
    this.credentials = new Credentials(directory.resolve("keys"));
    Topics topics = new Topics(KafkaProbe.uniqueName("containment"));
    this.kafka = new KafkaSettings(bootstrap, topics, Map.of());
    Set<String> needed =
        Set.of(
            topics.containmentOrders(),
            topics.containmentOutcomes(),
            topics.containmentState(),
            topics.approvals(),
            topics.containmentPlans(),
            topics.credentialHolders(),
            topics.findings(),
            topics.credentials(),
            topics.sealedCredentials(),
            topics.deadLetters());
    new TopicAdmin(kafka)
        .ensure(topics.all().stream().filter(t -> needed.contains(t.name())).toList(), 2, 1);
    providers.put(AUTH, authProvider(server.port(), KIND));
  }

  ContainmentSettings.Provider authProvider(int port, Duration timeout) {
    return authProvider(directory, port, timeout, List.of());
  }

  /** The same, which also takes unregistered tokens of a kind. */
  ContainmentSettings.Provider authProvider(int port, String kind) {
    return authProvider(directory, port, Duration.ofSeconds(2), List.of(kind));
  }

  static ContainmentSettings.Provider authProvider(Path directory, int port, Duration timeout) {
    return authProvider(directory, port, timeout, List.of(KIND));
  }

  private static ContainmentSettings.Provider authProvider(
      Path directory, int port, Duration timeout, List<String> kinds) {
    String base = "http://127.0.0.1:" + port + "/";
    return Providers.of(
        "oauth2",
        timeout,
        Map.of(
            "revocation-endpoint",
            base + "revoke",
            "introspection-endpoint",
            base + "introspect",
            "client-id",
            AuthorizationServer.CLIENT,
            "client-secret",
            Providers.secret(directory.resolve("client.secret"), AuthorizationServer.SECRET),
            "kinds",
            kinds));
  }

  void provider(String name, ContainmentSettings.Provider provider) {
    providers.put(name, provider);
  }

  /** How long dead credentials are looked at by what is started from now on. */
  void reassert(Duration time) {
    reassert = time;
  }

  ContainmentService start(Mode mode) {
    return start(mode, List.of(), List.of());
  }

  ContainmentService start(Mode mode, List<String> agents, List<String> protectedCredentials) {
    return start(
        mode,
        new ContainmentSettings.Protect(agents, protectedCredentials),
        LadderSettings.DEFAULT,
        new BudgetSettings(10_000, 10_000, 3),
        ApprovalSettings.DEFAULT,
        DrillSettings.NONE);
  }

  ContainmentService start(
      Mode mode,
      ContainmentSettings.Protect protect,
      LadderSettings ladder,
      BudgetSettings budget,
      ApprovalSettings approvals,
      DrillSettings drill) {
    ContainmentService service =
        ContainmentService.start(
            kafka,
            new ContainmentSettings(
                mode, protect, ladder, budget, approvals, drill, reassert, providers, null),
            credentials.opener(),
            meters,
            InstantSource.system(),
            FAST);
    services.add(service);
    return service;
  }

  /** A token that works and is registered. */
  Token token() {
    Token token = unregisteredToken();
    register(token.credential());
    return token;
  }

  /** A token that works and that nobody has registered. */
  Token unregisteredToken() {
    return unregisteredToken(AUTH);
  }

  Token unregisteredToken(String provider) {
    String secret = Credentials.freshSecret();
    server.issue(secret);
    String name = KafkaProbe.uniqueName("token");
    return new Token(secret, credentials.of(name, "oauth2-token", provider, Map.of(), secret));
  }

  void register(Credential credential) {
    put(
        kafka.topics().credentials(),
        credential.fingerprint(),
        Credential.CODEC.encode(credential));
  }

  /** Puts a token on the topic of those that nobody registered, as a gateway that saw it does. */
  void seal(Token token, String kind) {
    Credential known = token.credential();
    Credential sealed =
        Credential.unregistered(
            known.fingerprint(),
            known.keyId(),
            Instant.now(),
            kind,
            String.valueOf(known.sealed()),
            "builder");
    put(kafka.topics().sealedCredentials(), sealed.fingerprint(), Credential.CODEC.encode(sealed));
  }

  /** Waits until containment has read that many tokens that nobody registered. */
  void awaitSealed(int count) {
    Awaitility.await()
        .until(() -> meters.get("countermand.containment.sealed").gauge().value() == count);
  }

  /** A token and how it is registered. */
  record Token(String secret, Credential credential) {
    String fingerprint() {
      return credential.fingerprint();
    }
  }

  ContainmentOrder contain(String agent, Token... tokens) {
    ContainmentOrder order =
        order(
            OrderKind.CONTAIN,
            agent,
            "scoring",
            java.util.Arrays.stream(tokens).map(Token::fingerprint).toList());
    send(order);
    return order;
  }

  ContainmentOrder release(String agent) {
    ContainmentOrder order = order(OrderKind.RELEASE, agent, "ada", List.of());
    send(order);
    return order;
  }

  static ContainmentOrder order(
      OrderKind kind, String agent, String by, List<String> fingerprints) {
    Instant now = Instant.now();
    return new ContainmentOrder(
        KafkaProbe.uniqueName("order"),
        now,
        kind,
        agent,
        kind == OrderKind.CONTAIN ? "it used a credential outside its task" : "false alarm",
        kind == OrderKind.CONTAIN ? "action-1" : null,
        kind == OrderKind.CONTAIN ? now.minusMillis(5) : null,
        List.of(),
        fingerprints,
        by,
        Extra.NONE);
  }

  void send(ContainmentOrder order) {
    put(kafka.topics().containmentOrders(), order.agentId(), ContainmentOrder.CODEC.encode(order));
  }

  void approve(ContainmentOrder order, Decision decision) {
    approve(order.id(), order.agentId(), decision, "grace");
  }

  void approve(String orderId, String agent, Decision decision, String by) {
    put(
        kafka.topics().approvals(),
        agent,
        Approval.CODEC.encode(
            new Approval(
                orderId, Instant.now(), agent, decision, by, "I looked at it", Extra.NONE)));
  }

  void put(String topic, String key, byte @Nullable [] value) {
    probe.produce(topic, key, value, Map.of());
  }

  List<ContainmentOutcome> outcomes(String orderId) {
    return read(kafka.topics().containmentOutcomes(), ContainmentOutcome.CODEC).stream()
        .filter(outcome -> outcome.orderId().equals(orderId))
        .toList();
  }

  /** The states of a step in their order. */
  List<StepState> states(String orderId, Step step) {
    return outcomes(orderId).stream()
        .filter(outcome -> outcome.step() == step)
        .map(ContainmentOutcome::state)
        .toList();
  }

  ContainmentOutcome await(ContainmentOrder order, Step step, StepState state) {
    return await(order.id(), step, state);
  }

  ContainmentOutcome await(String orderId, Step step, StepState state) {
    return Awaitility.await(orderId + " " + step + " " + state)
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(50))
        .until(
            () ->
                outcomes(orderId).stream()
                    .filter(outcome -> outcome.step() == step && outcome.state() == state)
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  /** The last state of an agent. */
  Optional<ContainmentState> state(String agent) {
    return read(kafka.topics().containmentState(), ContainmentState.CODEC).stream()
        .filter(state -> state.agentId().equals(agent))
        .reduce((before, after) -> after);
  }

  <T> List<T> read(String topic, DocumentCodec<T> codec) {
    return probe.readAll(topic).stream()
        .filter(message -> message.value() != null)
        .map(message -> codec.decode(message.value().getBytes(StandardCharsets.UTF_8)))
        .toList();
  }

  /** As if scoring had told which agents have a credential. */
  void holds(Rig.Token token, List<String> users, List<String> seers) {
    CredentialHolders holders =
        new CredentialHolders(token.fingerprint(), Instant.now(), users, seers, Extra.NONE);
    put(
        kafka.topics().credentialHolders(),
        token.fingerprint(),
        CredentialHolders.CODEC.encode(holders));
  }

  /** The plan of an order, when it is there. */
  ContainmentPlan plan(ContainmentOrder order) {
    return Awaitility.await("the plan of " + order.id())
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                read(kafka.topics().containmentPlans(), ContainmentPlan.CODEC).stream()
                    .filter(plan -> plan.orderId().equals(order.id()))
                    .toList(),
            plans -> !plans.isEmpty())
        .get(0);
  }

  /** What people were paged with. */
  List<Finding> pages(String rule) {
    return read(kafka.topics().findings(), Finding.CODEC).stream()
        .filter(finding -> finding.ruleId().equals(rule))
        .toList();
  }

  KafkaProbe probe() {
    return probe;
  }

  /** Looks for a secret in every topic and in every file and log. */
  void assertNowhere(String secret) throws IOException {
    for (String topic : probe.topics()) {
      if (topic.startsWith(kafka.topics().prefix())) {
        assertThat(probe.readAll(topic))
            .noneMatch(message -> String.valueOf(message.value()).contains(secret));
      }
    }
    assertThat(
            Files.readString(
                Path.of(System.getProperty("containment.log", "target/containment-test.log"))))
        .isNotEmpty()
        .doesNotContain(secret);
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file)).doesNotContain(secret);
      }
    }
  }

  /** Ends every process. */
  void closeServices() {
    services.forEach(ContainmentService::close);
  }

  @Override
  public void close() {
    closeServices();
    probe.close();
    server.close();
  }
}
