package dev.countermand.command.provider;

import dev.countermand.command.provider.Tokens.Scope;
import graphql.ExecutionInput;
import graphql.GraphQL;
import graphql.GraphqlErrorException;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.SchemaGenerator;
import graphql.schema.idl.SchemaParser;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The provider's API, as the incident's provider has one: volumes can be listed and deleted. */
final class GraphqlApi {
  private static final String SCHEMA =
      """
      type Query { volumes: [Volume!]! }
      type Mutation { volumeDelete(volumeId: String!): Boolean! }
      type Volume { id: String! name: String! environment: String! backups: [String!]! }
      """;

  private final Estate estate;
  private final GraphQL graphql;

  GraphqlApi(Estate estate) {
    this.estate = estate;
    this.graphql =
        GraphQL.newGraphQL(
                new SchemaGenerator()
                    .makeExecutableSchema(
                        new SchemaParser().parse(SCHEMA),
                        RuntimeWiring.newRuntimeWiring()
                            .type("Query", type -> type.dataFetcher("volumes", e -> volumes()))
                            .type(
                                "Mutation",
                                type ->
                                    type.dataFetcher(
                                        "volumeDelete",
                                        e ->
                                            delete(
                                                Objects.requireNonNull(e.getArgument("volumeId")),
                                                Objects.requireNonNull(
                                                    e.getGraphQlContext().get(Scope.class)))))
                            .build()))
            .build();
  }

  /** Executes a query with what the caller's token allows; the answer as GraphQL specifies it. */
  Map<String, Object> execute(String query, Scope scope) {
    return graphql
        .execute(
            ExecutionInput.newExecutionInput(query)
                .graphQLContext(Map.of(Scope.class, scope))
                .build())
        .toSpecification();
  }

  private List<Map<String, Object>> volumes() {
    return estate.volumes().stream()
        .map(
            v ->
                Map.<String, Object>of(
                    "id", v.id(),
                    "name", v.name(),
                    "environment", v.environment(),
                    "backups", v.backups()))
        .toList();
  }

  private boolean delete(String id, Scope scope) {
    boolean staging =
        estate.volumes().stream()
            .anyMatch(v -> v.id().equals(id) && v.environment().equals("staging"));
    if (scope == Scope.STAGING && !staging) {
      throw GraphqlErrorException.newErrorException().message("Not Authorized").build();
    }
    return estate.delete(id);
  }
}
