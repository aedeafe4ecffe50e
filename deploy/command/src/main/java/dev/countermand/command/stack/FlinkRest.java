package dev.countermand.command.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.embedded.Trees;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.Waits;
import dev.countermand.runtime.http.HttpCaller;
import dev.countermand.streams.flink.LearningMain;
import dev.countermand.streams.flink.Summary;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A Flink by the address of its REST API: submits the learning job, looks at it, takes savepoints.
 * Thread-safe.
 *
 * <p>Every method throws CountermandException FLINK_UNREACHABLE when the address does not answer,
 * and FLINK_REFUSED when Flink does not do what is asked.
 *
 * @see <a href="https://nightlies.apache.org/flink/flink-docs-release-2.2/docs/ops/rest_api/">the
 *     REST API</a>
 */
public final class FlinkRest {
  private static final String JOB_JAR = "/servers/learning-job.jar";
  private static final Duration ANSWER = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(250);
  private static final int LONGEST_REASON = 2_000;

  private final URI rest;
  private final HttpCaller http = new HttpCaller(ANSWER);

  /** The Flink at an address. */
  public FlinkRest(URI rest) {
    this.rest = rest;
  }

  /**
   * Uploads the learning job and starts it.
   *
   * @param arguments of {@link LearningMain}
   * @param savepoint of a savepoint or checkpoint to go on from; null to begin
   * @param parallelism subtasks of each operator; 0 for what the cluster says
   * @return the id of the job
   */
  public String submit(List<String> arguments, @Nullable String savepoint, int parallelism) {
    Path directory = null;
    try {
      directory = Files.createTempDirectory("countermand-flink");
      Path jar = directory.resolve("countermand-learning.jar");
      try (InputStream in = FlinkRest.class.getResourceAsStream(JOB_JAR)) {
        if (in == null) {
          throw new CountermandException(
              "SERVER_FILES_MISSING", JOB_JAR + " is not on the class path; build with Maven.");
        }
        Files.copy(in, jar, StandardCopyOption.REPLACE_EXISTING);
      }
      String name =
          parsed(http.postFile(rest.resolve("/jars/upload"), "jarfile", jar))
              .path("filename")
              .asText();
      return run(name.substring(name.lastIndexOf('/') + 1), arguments, savepoint, parallelism);
    } catch (IOException e) {
      throw unreachable(e);
    } finally {
      delete(directory);
    }
  }

  private String run(
      String jar, List<String> arguments, @Nullable String savepoint, int parallelism) {
    ObjectNode body = Json.mapper().createObjectNode();
    body.put("entryClass", LearningMain.class.getName());
    arguments.forEach(body.putArray("programArgsList")::add);
    if (savepoint != null) {
      body.put("savepointPath", savepoint);
    }
    if (parallelism > 0) {
      body.put("parallelism", parallelism);
    }
    String id = call("POST", "/jars/" + jar + "/run", body.toString()).path("jobid").asText();
    // The job has its own copy.
    call("DELETE", "/jars/" + jar, "");
    return id;
  }

  /** The id of the learning job that runs or is about to, if there is one. */
  public Optional<String> learningJob() {
    for (JsonNode job : call("GET", "/jobs/overview", "").path("jobs")) {
      boolean ended =
          List.of("FINISHED", "CANCELED", "FAILED").contains(job.path("state").asText());
      if (job.path("name").asText().equals(LearningMain.JOB) && !ended) {
        return Optional.of(job.path("jid").asText());
      }
    }
    return Optional.empty();
  }

  /** The state of a job in Flink's words, such as {@code RUNNING}. */
  public String state(String job) {
    return call("GET", "/jobs/" + job, "").path("state").asText();
  }

  /** How often a job was started again after a failure. */
  public long restarts(String job) {
    for (JsonNode metric : call("GET", "/jobs/" + job + "/metrics?get=numRestarts", "")) {
      return metric.path("value").asLong();
    }
    return 0;
  }

  /** What the learning job has done so far, as of some seconds ago while it runs. */
  public Summary summary(String job) {
    Map<String, Long> counts = new HashMap<>();
    for (JsonNode one :
        call("GET", "/jobs/" + job + "/accumulators", "").path("user-task-accumulators")) {
      counts.put(one.path("name").asText(), one.path("value").asLong());
    }
    return Summary.of(counts);
  }

  /** The checkpoints of a job: counts, sizes in bytes, times, as Flink tells them. */
  public JsonNode checkpoints(String job) {
    return call("GET", "/jobs/" + job + "/checkpoints", "");
  }

  /**
   * Takes a savepoint of a job that goes on.
   *
   * @param directory where; null for where the cluster keeps them
   * @return the address of the savepoint
   */
  public String savepoint(String job, @Nullable String directory, Duration limit) {
    ObjectNode body = Json.mapper().createObjectNode().put("cancel-job", false);
    if (directory != null) {
      body.put("target-directory", directory);
    }
    return taken(job, call("POST", "/jobs/" + job + "/savepoints", body.toString()), limit);
  }

  /** The same, and stops the job with it: nothing is learned after the savepoint. */
  public String stop(String job, @Nullable String directory, Duration limit) {
    ObjectNode body = Json.mapper().createObjectNode().put("drain", false);
    if (directory != null) {
      body.put("targetDirectory", directory);
    }
    return taken(job, call("POST", "/jobs/" + job + "/stop", body.toString()), limit);
  }

  private String taken(String job, JsonNode triggered, Duration limit) {
    String path = "/jobs/" + job + "/savepoints/" + triggered.path("request-id").asText();
    try {
      return Waits.until(limit, LOOK, () -> location(call("GET", path, "")))
          .orElseThrow(
              () -> refused("the savepoint was not complete within " + limit.toSeconds() + " s"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CountermandException("INTERRUPTED", "Interrupted while waiting for Flink.", e);
    }
  }

  private static Optional<String> location(JsonNode savepoint) {
    if (!savepoint.path("status").path("id").asText().equals("COMPLETED")) {
      return Optional.empty();
    }
    JsonNode operation = savepoint.path("operation");
    if (!operation.has("location")) {
      throw refused(
          "the savepoint failed: "
              + operation.path("failure-cause").path("class").asText("no reason is given"));
    }
    return Optional.of(operation.path("location").asText());
  }

  private JsonNode call(String method, String path, String body) {
    try {
      return parsed(
          http.call(method, rest.resolve(path), Map.of("Content-Type", "application/json"), body));
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private static JsonNode parsed(HttpCaller.Answer answer) {
    JsonNode json;
    try {
      json = Json.mapper().readTree(answer.body());
    } catch (JsonProcessingException e) {
      throw refused("it answers " + answer.status() + " without JSON; is it a Flink?");
    }
    if (!answer.isSuccess()) {
      throw refused("it answers " + answer.status() + ": " + reason(json));
    }
    return json;
  }

  /** The last cause that Flink names, instead of its whole stack trace. */
  private static String reason(JsonNode answer) {
    String last = "no reason is given";
    for (JsonNode error : answer.path("errors")) {
      for (String line : error.asText().split("\n", -1)) {
        String cause = line.strip().replaceFirst("^Caused by: ", "");
        if (!cause.isEmpty()
            && !cause.startsWith("at ")
            && !cause.startsWith("...")
            && !cause.startsWith("End of exception")) {
          last = cause;
        }
      }
    }
    return last.length() <= LONGEST_REASON ? last : last.substring(0, LONGEST_REASON);
  }

  private CountermandException unreachable(IOException e) {
    return new CountermandException(
        "FLINK_UNREACHABLE",
        "Flink at " + rest + " does not answer: " + e.getMessage() + ". Check --rest.",
        e);
  }

  private static CountermandException refused(String why) {
    return new CountermandException("FLINK_REFUSED", "Flink did not do it: " + why + ".");
  }

  private static void delete(@Nullable Path directory) {
    if (directory != null) {
      Trees.delete(directory);
    }
  }
}
