package dev.countermand.dashboards.console;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.server.ServerBuilder;
import dev.countermand.runtime.config.ConsoleSettings.Role;
import java.util.concurrent.ExecutorService;

/**
 * Adds endpoints to a server.
 *
 * @param readers answer who only looks
 * @param actors carry out what people do, so that no reading holds it up
 */
record Routes(ServerBuilder server, Gate gate, ExecutorService readers, ExecutorService actors) {
  void read(String path, Gate.Endpoint endpoint) {
    get(path, Role.VIEWER, endpoint);
  }

  void get(String path, Role role, Gate.Endpoint endpoint) {
    server.route().path(path).methods(HttpMethod.GET).build(gate.to(role, readers, endpoint));
  }

  void act(String path, Gate.Endpoint endpoint) {
    server
        .route()
        .path(path)
        .methods(HttpMethod.POST)
        .build(gate.to(Role.RESPONDER, actors, endpoint));
  }
}
