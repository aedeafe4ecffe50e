package dev.countermand.containment.aws;

import dev.countermand.containment.revoker.ProviderKeys;
import dev.countermand.runtime.config.ContainmentSettings;
import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.IamClientBuilder;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.StsClientBuilder;

/** Opens the account that a provider is configured for. */
final class Accounts {
  private Accounts() {}

  /** The account; nothing is connected yet. */
  static Account of(ProviderKeys keys, ContainmentSettings.Provider config) {
    AwsCredentialsProvider login = login(keys, config);
    URI endpoint = config.url() == null ? null : keys.address("url", config.url());
    String region = config.region() == null ? "us-east-1" : config.region();
    IamClientBuilder iam = IamClient.builder();
    StsClientBuilder sts = StsClient.builder();
    for (AwsClientBuilder<?, ?> builder : new AwsClientBuilder<?, ?>[] {iam, sts}) {
      builder
          .region(Region.of(region))
          .credentialsProvider(login)
          .overrideConfiguration(
              ClientOverrideConfiguration.builder()
                  .apiCallTimeout(config.timeout())
                  // The desk of the provider tries again, with its own pauses.
                  .retryStrategy(AwsRetryStrategy.doNotRetry())
                  .build());
      if (endpoint != null) {
        builder.endpointOverride(endpoint);
      }
    }
    UrlConnectionHttpClient.Builder connections =
        UrlConnectionHttpClient.builder()
            .connectionTimeout(config.timeout())
            .socketTimeout(config.timeout());
    return new Account(
        keys.name(),
        iam.httpClientBuilder(connections).build(),
        sts.httpClientBuilder(connections).build());
  }

  /** Without a key of its own, what the SDK finds: a role of the machine or of the pod. */
  private static AwsCredentialsProvider login(
      ProviderKeys keys, ContainmentSettings.Provider config) {
    if (config.clientId() == null && config.clientSecret() == null) {
      return DefaultCredentialsProvider.builder().build();
    }
    return StaticCredentialsProvider.create(
        AwsBasicCredentials.create(
            keys.required("client-id", config.clientId()),
            keys.required("client-secret", config.clientSecret()).read()));
  }
}
