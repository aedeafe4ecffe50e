package dev.countermand.dashboards.console;

import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import dev.countermand.dashboards.IndexReader;
import dev.countermand.dashboards.console.Sessions.Session;
import dev.countermand.dashboards.timeline.Entries;
import dev.countermand.dashboards.timeline.Selection;
import dev.countermand.dashboards.timeline.TimelineReader;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.Parts;
import dev.countermand.runtime.PersonRecords;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.ConsoleSettings;
import dev.countermand.runtime.config.ConsoleSettings.Role;
import dev.countermand.runtime.http.Endpoints;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicWriter;
import dev.countermand.runtime.server.Connections;
import dev.countermand.runtime.server.Listening;
import io.netty.channel.EventLoopGroup;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The console's server: a page, and what it shows and does. It needs Kafka; while Elasticsearch is
 * away it says so, and still shows what is live and does what people ask for. Thread-safe.
 */
public final class Console implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Console.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration TIMEOUT = Duration.ofSeconds(90);
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration AHEAD = Duration.ofMinutes(1);

  /** Room for an id of the most characters, each of which can be nine in an address. */
  private static final int MAX_LINE = 32 * 1024;

  static final int MAX_CONNECTIONS = 512;
  private static final int MAX_STRANGERS = 256;

  /** Most connections of one person at a time, with however many browsers. */
  private static final int OF_A_PERSON = 64;

  private static final int READERS = 6;
  private static final int ACTORS = 4;
  private static final int MAX_UNREAD = 128;

  private final ConsoleSettings settings;
  private final Parts parts = new Parts("the console");
  private final URI address;

  /**
   * Starts, and returns when it listens and has read what is on the compacted topics, which must
   * exist. On the topics of a replay it only shows, and writes nothing.
   *
   * @param config with at least one user of the console
   * @param knowledge what other parts know
   * @param records makes the records of what people do here
   * @throws CountermandException PORT_TAKEN, CONSOLE_NO_USERS, KAFKA_UNREACHABLE,
   *     SECRET_UNREADABLE, CONFIG_DUPLICATE_TOKEN
   */
  public static Console start(
      Configuration config, Knowledge knowledge, PersonRecords records, InstantSource clock) {
    return new Console(config, knowledge, records, clock);
  }

  private Console(
      Configuration config, Knowledge knowledge, PersonRecords records, InstantSource clock) {
    this.settings = config.console();
    if (settings.users().isEmpty()) {
      throw new CountermandException(
          "CONSOLE_NO_USERS", "Nobody may sign in to the console: add one under console.users.");
    }
    try {
      Sessions sessions = new Sessions(settings, clock);
      KafkaSettings kafka = config.kafka().settings();
      String namespace = config.elasticsearch().namespace();
      boolean isReplay = kafka.topics().isReplay();
      Index index =
          isReplay ? Replay::search : push(new IndexReader(config.elasticsearch()))::search;
      Ticker ticker = push(new Ticker());
      Views views = push(new Views(kafka, clock, ticker));
      Shown shown = new Shown(views);
      Entries entries =
          new Entries(namespace, mention -> Entries.registered(mention, views::credential));
      Indexed indexed = new Indexed(index, namespace, entries);
      Activity activity = new Activity(index, clock);
      Timelines timelines =
          new Timelines(
              views,
              indexed,
              new TimelineReader(kafka, entries, PATIENCE),
              entries,
              shown,
              () -> isReplay ? Replay.always(clock) : lately(clock.instant()));
      Incidents incidents = new Incidents(views, timelines);
      Credentials credentials = new Credentials(views, indexed, shown);
      Agents agents =
          new Agents(views, activity, incidents, credentials, knowledge.riskAnswer(), clock);
      Waiting waiting =
          new Waiting(views, shown, knowledge.questions(), config.containment().approvals());
      Outcomes outcomes = new Outcomes(indexed, shown);
      long start = clock.millis() * 1_000;
      Live live = push(new Live(start));
      Tail tail =
          push(
              new Tail(
                  kafka,
                  entries,
                  isReplay ? Tail.From.THE_BEGINNING : Tail.From.NOW,
                  (entry, document) -> {
                    if (document instanceof ContainmentOutcome outcome) {
                      outcomes.add(outcome, entry);
                    }
                    live.publish("entry", entry.agentId(), shown.entry(entry));
                  }));
      await(views, tail);
      ticker.start(live, views, agents, incidents, waiting);
      Gate gate = new Gate(sessions);
      ExecutorService readers = push(pool("console-reader", READERS));
      ExecutorService actors = push(pool("console-actor", ACTORS));
      ServerBuilder builder = builder();
      new Connections(
              new Connections.Bounds(MAX_CONNECTIONS, MAX_STRANGERS),
              headers ->
                  sessions
                      .nameOf(Gate.cookie(headers))
                      .map(name -> new Connections.Caller(name, OF_A_PERSON)),
              refusal -> Gate.response(Reply.of(refusal)))
          .of(builder);
      Routes routes = new Routes(builder, gate, readers, actors);
      BiConsumer<String, Session> signed;
      if (isReplay) {
        // It would stand among what is played.
        signed = (operation, session) -> log.info("{} of {}", operation, session.name());
        acts(routes, Replay::act, Replay::act, Replay::act);
        indexed(routes, Replay::look, Replay::look, Replay::look);
      } else {
        TopicWriter writer = push(new TopicWriter(config.kafka()));
        Acts acts = new Acts(writer, kafka.topics(), waiting, agents, records, clock);
        signed = (operation, session) -> later(actors, () -> acts.signed(operation, session));
        acts(routes, acts::answer, acts::contain, acts::release);
        Search search = new Search(indexed, shown);
        indexed(routes, search::document, search::words, search::audit);
      }
      builder.service(
          "/api/session",
          new SessionApi(
              sessions, gate, readers, isReplay ? kafka.topics().prefix() : null, signed));
      Overview overview = new Overview(agents, incidents, waiting, activity, clock);
      // For whoever looks after it; it says nothing of what it shows.
      builder.service(
          "/health",
          (context, request) ->
              Gate.response(Reply.ok(Json.mapper().createObjectNode().put("status", "ok"))));
      routes.read("/api/overview", overview::read);
      routes.read("/api/agents", agents::list);
      routes.read("/api/agents/one", agents::one);
      routes.read("/api/incidents", incidents::list);
      routes.read("/api/incidents/one", incidents::one);
      routes.read("/api/timeline", timelines::read);
      routes.read("/api/waiting", call -> Reply.ok(waiting.json()));
      routes.read("/api/orders/one", outcomes::of);
      routes.read("/api/credentials", credentials::list);
      routes.read("/api/credentials/one", credentials::one);
      builder
          .route()
          .get("/api/live")
          .build(new LiveApi(live, isReplay ? start : null, gate, sessions));
      Server server = builder.build();
      parts.push(
          () -> {
            // It would wait for those who follow.
            live.close();
            server.stop().join();
          });
      listen(server);
      this.address = address(settings.host(), server.activeLocalPort());
      log.info("The console listens on {}", address);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static void acts(
      Routes routes, Gate.Endpoint answer, Gate.Endpoint contain, Gate.Endpoint release) {
    routes.act("/api/waiting/answer", answer);
    routes.act("/api/agents/contain", contain);
    routes.act("/api/agents/release", release);
  }

  private static void indexed(
      Routes routes, Gate.Endpoint document, Gate.Endpoint words, Gate.Endpoint audit) {
    routes.read("/api/documents/one", document);
    routes.read("/api/search", words);
    routes.get("/api/audit", Role.ADMIN, audit);
  }

  private static Selection lately(Instant now) {
    return Selection.in(now.minus(DAY), now.plus(AHEAD));
  }

  private static void await(Views views, Tail tail) {
    try {
      views.awaitCaughtUp(PATIENCE);
      if (!tail.awaitPositioned(PATIENCE)) {
        log.warn("What happens cannot be followed yet; the console starts all the same");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CountermandException("INTERRUPTED", "Interrupted while reading Kafka.", e);
    }
  }

  private ServerBuilder builder() {
    EventLoopGroup loops = EventLoopGroups.newEventLoopGroup(2, "console-http");
    parts.push(() -> loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2_000));
    ServerBuilder builder =
        Listening.at(settings.host(), settings.port())
            .workerGroup(loops, false)
            .maxRequestLength(Call.MAX_BODY)
            .http1MaxInitialLineLength(MAX_LINE)
            .http2MaxHeaderListSize(MAX_LINE)
            .requestTimeout(TIMEOUT)
            .disableServerHeader()
            .gracefulShutdownTimeout(Duration.ofMillis(50), Duration.ofSeconds(2));
    Pages.on(builder, settings);
    return builder;
  }

  private void listen(Server server) {
    if (!Endpoints.isPrivate(address(settings.host(), settings.port()))) {
      log.warn(
          "The console listens on {} without TLS: whoever is on the way reads tokens. Let it listen"
              + " on 127.0.0.1, behind a proxy that speaks TLS",
          settings.host());
    }
    Listening.start(server, "The console", settings.host(), settings.port(), "console.port");
  }

  /** Where the page is. */
  public URI address() {
    return address;
  }

  private static URI address(String host, int port) {
    return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
  }

  private static void later(ExecutorService pool, Runnable task) {
    try {
      pool.execute(task);
    } catch (RejectedExecutionException e) {
      log.warn("Too much is to be noted at once; who signed in is not in the audit trail");
    }
  }

  private <P extends AutoCloseable> P push(P part) {
    return parts.push(part);
  }

  private ExecutorService push(ExecutorService pool) {
    parts.push(pool::shutdownNow);
    return pool;
  }

  private static ExecutorService pool(String name, int threads) {
    AtomicInteger number = new AtomicInteger();
    return new ThreadPoolExecutor(
        threads,
        threads,
        0,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(MAX_UNREAD),
        task -> {
          Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  /** Ends every stream and session. */
  @Override
  public void close() {
    parts.close();
  }
}
