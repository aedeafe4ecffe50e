package dev.countermand.dashboards.console;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.DecoratingHttpServiceFunction;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.file.FileService;
import dev.countermand.runtime.config.ConsoleSettings;
import dev.countermand.runtime.http.Refusal;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What every answer of the console bears, whom it answers, and the files of the page. */
final class Pages {
  private static final String WEB = "dev/countermand/dashboards/console/web";
  private static final String LIBRARIES = "META-INF/resources/webjars";
  private static final List<String> OWN = List.of("localhost", "127.0.0.1", "[::1]");

  private static final Map<String, String> HEADERS =
      Map.of(
          "content-security-policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
              + " font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none';"
              + " frame-ancestors 'none'; require-trusted-types-for 'script'",
          "x-content-type-options",
          "nosniff",
          "x-frame-options",
          "DENY",
          "referrer-policy",
          "no-referrer",
          "cross-origin-opener-policy",
          "same-origin",
          "cross-origin-resource-policy",
          "same-origin",
          "permissions-policy",
          "camera=(), geolocation=(), microphone=()");

  private Pages() {}

  /** Adds them to a server. */
  static void on(ServerBuilder server, ConsoleSettings settings) {
    HEADERS.forEach(server::setHeader);
    ClassLoader loader = Pages.class.getClassLoader();
    server.serviceUnder("/assets/lib/", FileService.builder(loader, LIBRARIES).build());
    server.serviceUnder("/", FileService.builder(loader, WEB).build());
    server.serviceUnder("/api/", (context, request) -> unknownPath());
    server.decorator(knownBy(settings));
    server.errorHandler(inJson());
  }

  private static HttpResponse unknownPath() {
    return Gate.response(
        Reply.of(new Refusal(404, "NOT_FOUND", "The console has nothing at this path.")));
  }

  /** The errors that the server finds before anything is asked: no such path, too large a body. */
  private static ServerErrorHandler inJson() {
    return new ServerErrorHandler() {
      @Override
      public @Nullable HttpResponse onServiceException(
          ServiceRequestContext context, Throwable cause) {
        return null;
      }

      @Override
      public AggregatedHttpResponse renderStatus(
          @Nullable ServiceRequestContext context,
          ServiceConfig config,
          @Nullable RequestHeaders headers,
          HttpStatus status,
          @Nullable String description,
          @Nullable Throwable cause) {
        String code =
            status.code() == 413
                ? "BODY_TOO_LARGE"
                : status.reasonPhrase().toUpperCase(Locale.ROOT).replace(' ', '_');
        String why = "The console cannot answer this request: " + status.reasonPhrase() + ".";
        return AggregatedHttpResponse.of(
            status,
            MediaType.JSON,
            Reply.of(new Refusal(status.code(), code, why)).body().toString());
      }
    };
  }

  // A page elsewhere whose name is made to resolve to this machine must not read what is here.
  private static DecoratingHttpServiceFunction knownBy(ConsoleSettings settings) {
    Set<String> names = new HashSet<>(OWN);
    names.add(settings.host().toLowerCase(Locale.ROOT));
    settings.names().forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    return (service, context, request) -> {
      String authority = request.headers().authority();
      String host =
          authority == null
              ? ""
              : authority.replaceFirst(":\\d{0,5}$", "").toLowerCase(Locale.ROOT);
      return names.contains(host) ? service.serve(context, request) : Gate.refuseHost();
    };
  }
}
