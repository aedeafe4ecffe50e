package dev.countermand.collectors.gateway;

import com.linecorp.armeria.server.HttpService;
import dev.countermand.collectors.outbox.Outbox;
import dev.countermand.collectors.outbox.OutboxMetrics;
import dev.countermand.collectors.redact.CredentialIndex;
import dev.countermand.collectors.redact.RegisteredSecrets;
import dev.countermand.collectors.report.ActionMaker;
import dev.countermand.collectors.report.ActionRedactor;
import dev.countermand.collectors.spool.Spool;
import dev.countermand.model.Approval;
import dev.countermand.model.Ask;
import dev.countermand.model.Credential;
import dev.countermand.model.Task;
import dev.countermand.model.Topics;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.PersonRecords;
import dev.countermand.runtime.asks.OpenAsks;
import dev.countermand.runtime.config.GatewaySettings;
import dev.countermand.runtime.config.TaskSettings;
import dev.countermand.runtime.crypto.Sealing;
import dev.countermand.runtime.kafka.CompactedView;
import dev.countermand.runtime.kafka.KafkaSettings;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server that agents' hooks and other sources report to. Records every action on Kafka, or on
 * disk while Kafka is away, and answers attempts.
 */
public final class Gateway implements AutoCloseable {
  /** How long a record may take before Kafka counts as away. */
  public static final Duration PATIENCE = Duration.ofMillis(500);

  private static final Logger log = LoggerFactory.getLogger(Gateway.class);
  private static final Duration HEAD_START = Duration.ofSeconds(3);
  private static final int WORKERS = Math.max(4, Runtime.getRuntime().availableProcessors() * 2);
  private static final int MAX_UNREAD = 4_096;

  private final Spool spool;
  private final Outbox outbox;
  private final VerdictInbox inbox;
  private final Asks asks;
  private final @Nullable CompactedView<Approval> approvals;
  private final @Nullable OpenAsks openAsks;
  private final KillSwitch killSwitch;
  private final CompactedView<Task> tasks;
  private final CompactedView<Credential> credentials;
  private final ExecutorService workers =
      pool("gateway-worker", new ArrayBlockingQueue<>(MAX_UNREAD));
  private final ExecutorService judges = pool("gateway-judge", new LinkedBlockingQueue<>());
  private final GatewayServer server;

  private Gateway(
      GatewaySettings config,
      TaskSettings profiles,
      Path data,
      KafkaSettings kafka,
      Sources sources,
      Sealing.@Nullable Sealer sealer,
      Function<RegisteredSecrets, ActionRedactor> redactors,
      LocalJudge judge,
      PrometheusMeterRegistry meters,
      InstantSource clock,
      Duration patience) {
    Topics topics = kafka.topics();
    spool = Spool.open(data.resolve("spool"), config.spool().maxBytes());
    GatewayMetrics metrics = new GatewayMetrics(meters);
    inbox = new VerdictInbox(kafka);
    outbox =
        new Outbox(
            kafka,
            spool,
            written(topics, sealer),
            inbox::isPositioned,
            patience,
            new OutboxMetrics(meters),
            clock);
    asks = new Asks(config.askWait(), ask -> tell(topics, ask), metrics, clock);
    boolean waits = !config.askWait().isZero();
    openAsks = waits ? new OpenAsks(kafka, clock) : null;
    approvals =
        waits
            ? CompactedView.keepingNothing(
                kafka, topics.approvals(), Approval.CODEC, (agent, said) -> asks.answered(said))
            : null;
    killSwitch =
        new KillSwitch(data.resolve("gateway").resolve("contained.json"), kafka, asks::contained);
    tasks = new CompactedView<>(kafka, topics.tasks(), Task.CODEC);
    CredentialIndex index = new CredentialIndex();
    credentials = new CompactedView<>(kafka, topics.credentials(), Credential.CODEC, index::put);
    ActionRedactor redactor = redactors.apply(index);
    PersonRecords records =
        new PersonRecords(typed -> redactor.redact(typed).text(), config.agents(), clock);
    Reporters reporters = new Reporters(records);
    metrics.follow(outbox, spool, inbox, asks);
    Attempts attempts =
        new Attempts(
            topics,
            outbox,
            inbox,
            killSwitch,
            new LocalRule(config, judge, tasks::find, credentials::find, clock),
            config.verdictDeadline(),
            asks,
            judges,
            metrics);
    TaskDesk taskDesk = new TaskDesk(profiles, topics, outbox, tasks, clock);
    SealDesk seals =
        new SealDesk(
            config.seal(),
            sealer,
            fingerprint -> credentials.find(fingerprint).isPresent(),
            outbox,
            topics.sealedCredentials(),
            metrics,
            clock);
    Desk desk = new Desk(new ActionMaker(redactor, clock), attempts, taskDesk, seals, metrics);
    Remains remains = new Remains(redactor, outbox, topics.deadLetters(), clock);
    Function<Intake.Handler, HttpService> intake =
        handler -> new Intake(sources, workers, remains, metrics, handler);
    server =
        new GatewayServer(
            config,
            sources,
            new GatewayServer.Services(
                intake.apply(
                    new ClaudeCodeHooks(
                        reporters, desk, killSwitch, new RecentAttempts(clock), metrics)),
                intake.apply(new ActionsIntake(reporters, desk, remains, metrics, clock)),
                intake.apply(
                    new ProcessesApi(reporters, killSwitch, redactor, topics, outbox, clock)),
                new TasksApi(sources, workers, taskDesk, credentials, records, metrics, clock),
                new ApprovalsApi(
                    sources, workers, metrics, topics, outbox, asks, this::waiting, records),
                new Health(outbox, spool, inbox, views(), workers, clock)),
            meters);
  }

  /**
   * Starts a gateway and returns when it listens. Waits a few seconds at most for Kafka; without it
   * the gateway starts all the same, and actions go to the disk. The topics must exist, or be
   * created later.
   *
   * @param profiles what agents may do without a task; some open one when a session starts
   * @param data the directory of the spool and of the kill switch's file; of this gateway alone
   * @param redactors makes the redactor, given what is registered
   * @param sealer gives what seals to containment; asked only where a policy of {@code
   *     gateway.seal} is {@code all}, and what it throws keeps the gateway from starting
   * @throws CountermandException PORT_TAKEN, SPOOL_IN_USE, SPOOL_UNUSABLE, SECRET_UNREADABLE,
   *     SEALING_KEY_MISSING, KEY_UNREADABLE, CONFIG_DUPLICATE_TOKEN, CONFIG_AGENT_INVALID
   */
  public static Gateway start(
      GatewaySettings config,
      TaskSettings profiles,
      Path data,
      KafkaSettings kafka,
      Function<RegisteredSecrets, ActionRedactor> redactors,
      Supplier<Sealing.Sealer> sealer,
      LocalJudge judge,
      PrometheusMeterRegistry meters,
      InstantSource clock) {
    return start(config, profiles, data, kafka, redactors, sealer, judge, meters, clock, PATIENCE);
  }

  static Gateway start(
      GatewaySettings config,
      TaskSettings profiles,
      Path data,
      KafkaSettings kafka,
      Function<RegisteredSecrets, ActionRedactor> redactors,
      Supplier<Sealing.Sealer> sealer,
      LocalJudge judge,
      PrometheusMeterRegistry meters,
      InstantSource clock,
      Duration patience) {
    Sources sources = Sources.of(config);
    if (config.sources().isEmpty()) {
      log.warn("No source is configured, so nobody can report: add one under gateway.sources");
    }
    Gateway gateway =
        new Gateway(
            config,
            profiles,
            data,
            kafka,
            sources,
            config.seal().takesUnregistered() ? sealer.get() : null,
            redactors,
            judge,
            meters,
            clock,
            patience);
    gateway.listen();
    return gateway;
  }

  // What cannot be told is not waited for: the client is, and whoever asks this gateway sees it.
  private void tell(Topics topics, Ask ask) {
    var unused = outbox.putLesser(topics.asks(), ask.actionId(), Ask.CODEC.encode(ask));
  }

  private List<Ask> waiting() {
    return openAsks == null ? List.of() : openAsks.waiting();
  }

  /** Every topic it writes; all must exist before anything goes to Kafka. */
  private static List<String> written(Topics topics, Sealing.@Nullable Sealer sealer) {
    List<String> written =
        new ArrayList<>(
            List.of(
                topics.actions(),
                topics.verdicts(),
                topics.approvals(),
                topics.asks(),
                topics.deadLetters(),
                topics.audit(),
                topics.containmentOutcomes(),
                topics.tasks()));
    if (sealer != null) {
      written.add(topics.sealedCredentials());
    }
    return List.copyOf(written);
  }

  private Map<String, CompactedView<?>> views() {
    Map<String, CompactedView<?>> views = new LinkedHashMap<>();
    views.put("containment_state", killSwitch.view());
    views.put("tasks", tasks);
    views.put("credentials", credentials);
    return views;
  }

  private void listen() {
    awaitKafka();
    try {
      server.listen();
    } catch (CountermandException e) {
      close();
      throw e;
    }
    log.info("The gateway listens on {}, Kafka is {}", server.address(), outbox.way());
  }

  private void awaitKafka() {
    long end = System.nanoTime() + HEAD_START.toNanos();
    try {
      for (CompactedView<?> view : views().values()) {
        view.awaitCaughtUp(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
      }
      outbox.awaitUp(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
    } catch (CountermandException e) {
      log.warn("The gateway starts without Kafka: {}", e.getMessage());
    }
  }

  /** The port it listens on. */
  public int port() {
    return server.port();
  }

  /** How Kafka is reached at the moment. */
  public Outbox.Way way() {
    return outbox.way();
  }

  /** Takes no more requests, answers those that wait, and brings what was taken to safety. */
  @Override
  public void close() {
    asks.close();
    server.close();
    outbox.close();
    // At the same time, as each may have to wait for a broker that is away.
    CompletableFuture.allOf(
            CompletableFuture.runAsync(inbox::close, judges),
            CompletableFuture.runAsync(killSwitch::close, judges),
            CompletableFuture.runAsync(this::closeApprovals, judges),
            CompletableFuture.runAsync(tasks::close, judges),
            CompletableFuture.runAsync(credentials::close, judges))
        .join();
    workers.shutdown();
    judges.shutdown();
  }

  private void closeApprovals() {
    if (approvals != null) {
      approvals.close();
    }
    if (openAsks != null) {
      openAsks.close();
    }
  }

  private static ExecutorService pool(String name, BlockingQueue<Runnable> queue) {
    AtomicInteger number = new AtomicInteger();
    return new ThreadPoolExecutor(
        WORKERS,
        WORKERS,
        0,
        TimeUnit.SECONDS,
        queue,
        task -> {
          Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }
}
