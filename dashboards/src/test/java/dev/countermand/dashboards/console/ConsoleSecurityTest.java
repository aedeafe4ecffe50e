package dev.countermand.dashboards.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.console.Browser.Answer;
import dev.countermand.model.json.Json;
import dev.countermand.testkit.TestServers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what in the console, and which requests are let through at all. */
final class ConsoleSecurityTest {
  private static final AtomicReference<Instant> NOW = new AtomicReference<>(Instant.now());

  @TempDir static Path directory;
  private static ConsoleRig rig;

  @BeforeAll
  static void start() throws Exception {
    rig = new ConsoleRig(directory, TestServers.elasticsearch().url(), Map.of(), NOW::get);
  }

  @AfterAll
  static void end() {
    rig.close();
  }

  @BeforeEach
  void letTime() {
    // What an earlier test did wrong is forgotten by now.
    NOW.set(NOW.get().plus(Sessions.WINDOW));
  }

  private static ObjectNode json() {
    return Json.mapper().createObjectNode();
  }

  private static ObjectNode reason() {
    return json().put("reason", "because");
  }

  @Test
  void whoHasATokenIsSignedInUnderTheirNameUntilTheySignOut() {
    Browser browser = rig.browser();
    assertThat(browser.get("/api/session").code()).isEqualTo("CONSOLE_SIGNED_OUT");

    Answer signedIn = browser.signIn(ConsoleRig.RESPONDER);

    assertThat(signedIn.status()).isEqualTo(200);
    assertThat(signedIn.body().path("name").asText()).isEqualTo("rosa");
    assertThat(signedIn.body().path("role").asText()).isEqualTo("responder");
    assertThat(signedIn.body().path("csrf").asText()).hasSizeGreaterThan(40);
    String cookie = signedIn.response().headers().firstValue("set-cookie").orElse("");
    assertThat(cookie)
        .contains("HTTPOnly", "SameSite=Strict", "Path=/")
        .doesNotContain("Secure")
        .doesNotContain(ConsoleRig.RESPONDER);
    assertThat(signedIn.response().headers().firstValue("cache-control")).hasValue("no-store");
    assertThat(browser.get("/api/session").body().path("csrf"))
        .isEqualTo(signedIn.body().path("csrf"));
    assertThat(browser.delete("/api/session").status()).isEqualTo(200);
    assertThat(browser.get("/api/session").code()).isEqualTo("CONSOLE_SIGNED_OUT");
  }

  @Test
  void behindTlsTheCookieIsForTlsOnly() {
    URI console = rig.console().address();
    Answer answer =
        rig.browser()
            .post(
                "/api/session",
                json().put("token", ConsoleRig.VIEWER),
                Map.of("origin", "https://" + console.getAuthority()));

    assertThat(answer.response().headers().firstValue("set-cookie").orElse("")).contains("Secure");
  }

  @Test
  void everythingElseNeedsASession() {
    for (String path :
        new String[] {
          "/api/overview",
          "/api/agents",
          "/api/agents/one?id=a",
          "/api/incidents",
          "/api/incidents/one?id=i",
          "/api/timeline?agent=a",
          "/api/documents/one?stream=s&id=i",
          "/api/waiting",
          "/api/orders/one?id=o",
          "/api/credentials",
          "/api/credentials/one?id=c",
          "/api/search",
          "/api/audit",
          "/api/live"
        }) {
      assertThat(rig.browser().get(path).code()).as(path).isEqualTo("CONSOLE_SIGNED_OUT");
    }
    assertThat(rig.browser().get("/health").body().toString()).isEqualTo("{\"status\":\"ok\"}");
    assertThat(rig.browser().post("/api/agents/contain?id=a", reason()).code())
        .isEqualTo("CONSOLE_SIGNED_OUT");
  }

  @Test
  void aSessionEndsWhenNothingIsAskedForAndAtTheLatestAfterHalfADay() {
    Browser idle = rig.signedIn(ConsoleRig.VIEWER);
    NOW.set(NOW.get().plus(Sessions.IDLE));
    assertThat(idle.get("/api/overview").code()).isEqualTo("CONSOLE_SIGNED_OUT");

    Browser busy = rig.signedIn(ConsoleRig.VIEWER);
    for (Duration used = Duration.ZERO;
        used.compareTo(Sessions.LONGEST.minusHours(1)) < 0;
        used = used.plusHours(1)) {
      NOW.set(NOW.get().plus(Duration.ofHours(1)));
      assertThat(busy.get("/api/session").status()).as("after %s", used).isEqualTo(200);
    }
    NOW.set(NOW.get().plus(Duration.ofHours(1)));
    assertThat(busy.get("/api/session").code()).isEqualTo("CONSOLE_SIGNED_OUT");
  }

  @Test
  void aRightTokenPassesAmidAnyNumberOfWrongOnesFromTheSameAddress() {
    Browser browser = rig.browser();
    for (int i = 0; i < Sessions.MAX_WRONG; i++) {
      assertThat(browser.signIn("wrong-" + i).code()).isEqualTo("CONSOLE_TOKEN_UNKNOWN");
    }
    Answer tooOften = browser.signIn("wrong");
    assertThat(tooOften.status()).isEqualTo(429);
    assertThat(tooOften.code()).isEqualTo("CONSOLE_SIGN_IN_TOO_OFTEN");

    assertThat(browser.signIn(ConsoleRig.ADMIN).status()).isEqualTo(200);

    assertThat(browser.signIn("wrong").status()).isEqualTo(429);
    NOW.set(NOW.get().plus(Sessions.WINDOW));
    assertThat(browser.signIn("wrong").code()).isEqualTo("CONSOLE_TOKEN_UNKNOWN");
  }

  @Test
  void aViewerOnlySeesAndOnlyAnAdministratorSeesTheAuditTrail() {
    Browser viewer = rig.signedIn(ConsoleRig.VIEWER);
    Browser responder = rig.signedIn(ConsoleRig.RESPONDER);
    Browser admin = rig.signedIn(ConsoleRig.ADMIN);

    for (String act :
        new String[] {
          "/api/agents/contain?id=a", "/api/agents/release?id=a", "/api/waiting/answer?id=w"
        }) {
      Answer refused = viewer.post(act, reason());
      assertThat(refused.status()).as(act).isEqualTo(403);
      assertThat(refused.code()).isEqualTo("CONSOLE_ROLE");
      assertThat(responder.post(act, reason()).code()).isNotEqualTo("CONSOLE_ROLE");
      assertThat(admin.post(act, reason()).code()).isNotEqualTo("CONSOLE_ROLE");
    }
    assertThat(viewer.get("/api/audit").code()).isEqualTo("CONSOLE_ROLE");
    assertThat(responder.get("/api/audit").code()).isEqualTo("CONSOLE_ROLE");
    assertThat(admin.get("/api/audit").status()).isEqualTo(200);
  }

  @Test
  void whatChangesSomethingNeedsTheTokenOfItsOwnSession() {
    Browser rosa = rig.signedIn(ConsoleRig.RESPONDER);
    String other = rig.browser().signIn(ConsoleRig.ADMIN).body().path("csrf").asText();

    for (String csrf : new String[] {"", "x", other}) {
      Answer refused =
          rosa.post("/api/agents/contain?id=a", reason(), Map.of("x-countermand-csrf", csrf));
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.code()).isEqualTo("CONSOLE_CSRF");
    }
  }

  @Test
  void aPageOfSomebodyElseCanNeitherActNorSignAnybodyIn() {
    Browser rosa = rig.signedIn(ConsoleRig.RESPONDER);
    String own = "http://" + rig.console().address().getAuthority();

    for (Map<String, String> foreign :
        List.of(
            Map.of("origin", "https://evil.example"),
            Map.of("origin", "null"),
            Map.of("origin", own + ".evil.example"),
            Map.of("sec-fetch-site", "cross-site"),
            Map.of("sec-fetch-site", "same-site"))) {
      assertThat(rosa.post("/api/agents/contain?id=a", reason(), foreign).code())
          .as("%s", foreign)
          .isEqualTo("CONSOLE_ORIGIN");
      assertThat(
              rig.browser()
                  .post("/api/session", json().put("token", ConsoleRig.VIEWER), foreign)
                  .code())
          .isEqualTo("CONSOLE_ORIGIN");
    }
    assertThat(rosa.post("/api/agents/contain?id=a", reason(), Map.of("origin", own)).code())
        .isNotEqualTo("CONSOLE_ORIGIN");
  }

  @Test
  void aHostNameThatNobodyConfiguredIsRefused() throws IOException {
    int port = rig.console().address().getPort();

    assertThat(asked("rebound.example:" + port, "/api/session")).contains(" 421 ");
    assertThat(asked("rebound.example", "/")).contains(" 421 ");
    assertThat(asked("127.0.0.1.evil.example", "/")).contains(" 421 ");
    assertThat(asked("console.example", "/api/session")).contains(" 401 ");
    assertThat(asked("LOCALHOST:" + port, "/api/session")).contains(" 401 ");
    assertThat(asked("[::1]:" + port, "/api/session")).contains(" 401 ");
  }

  private static String asked(String host, String path) throws IOException {
    URI console = rig.console().address();
    try (Socket socket = new Socket(console.getHost(), console.getPort())) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write(
              ("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      return new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
          .readLine();
    }
  }

  @Test
  void bodiesAreBoundedAndMustBeJson() {
    Browser rosa = rig.signedIn(ConsoleRig.RESPONDER);

    Answer large = rosa.post("/api/agents/contain?id=a", json().put("reason", "x".repeat(70_000)));
    assertThat(large.status()).isEqualTo(413);
    assertThat(large.code()).isEqualTo("BODY_TOO_LARGE");
    assertThat(
            rosa.post("/api/agents/contain?id=a", json().put("reason", "x".repeat(1_001))).code())
        .isEqualTo("TEXT_TOO_LONG");
    assertThat(rosa.get("/api/nothing").code()).isEqualTo("NOT_FOUND");
    assertThat(rosa.post("/api/agents/contain?id=a", json()).code())
        .isEqualTo("CONSOLE_REQUEST_INVALID");
    assertThat(rig.browser().signIn("x".repeat(5_000)).code()).isEqualTo("CONSOLE_REQUEST_INVALID");
    assertThat(rosa.get("/api/agents/one?id=" + "a".repeat(2_049)).code())
        .isEqualTo("CONSOLE_REQUEST_INVALID");
  }

  @Test
  void aStreamEndsWithTheSessionThatOpenedIt() throws Exception {
    Browser vera = rig.signedIn(ConsoleRig.VIEWER);
    try (Events events = vera.follow("/api/live", Map.of())) {
      Awaitility.await().until(() -> !events.comments().isEmpty());

      vera.delete("/api/session");

      Awaitility.await().atMost(Duration.ofSeconds(25)).until(events::isOver);
    }
  }

  @Test
  void onePersonCannotTakeTheStreamsOfOthers() throws Exception {
    Browser vera = rig.signedIn(ConsoleRig.VIEWER);
    List<Events> open = new ArrayList<>();
    try {
      for (int i = 0; i < Live.MAX_STREAMS + 2; i++) {
        Events events = vera.follow("/api/live", Map.of());
        assertThat(events.status()).isEqualTo(200);
        open.add(events);
      }
      try (Events ofRosa = rig.signedIn(ConsoleRig.RESPONDER).follow("/api/live", Map.of())) {
        assertThat(ofRosa.status()).isEqualTo(200);
        Awaitility.await().until(() -> !ofRosa.comments().isEmpty());
      }
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> open.stream().filter(Events::isOver).count() == open.size() - Live.MAX_OWN);
      assertThat(open.get(open.size() - 1).isOver()).isFalse();
    } finally {
      for (Events events : open) {
        events.close();
      }
    }
  }
}
