package dev.countermand.testkit.analysis;

import java.util.List;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.pattern.PatternCaptureGroupTokenFilter;
import org.elasticsearch.plugin.Inject;
import org.elasticsearch.plugin.NamedComponent;
import org.elasticsearch.plugin.analysis.TokenFilterFactory;
import org.elasticsearch.plugin.settings.AnalysisSettings;
import org.elasticsearch.plugin.settings.BooleanSetting;
import org.elasticsearch.plugin.settings.ListSetting;

/** What the groups of some patterns match in a token, and the token itself if that is asked for. */
@NamedComponent(CapturedTokens.NAME)
public final class CapturedTokens implements TokenFilterFactory {
  static final String NAME = "pattern_capture";

  private final boolean keepsToken;
  private final Pattern[] patterns;

  /** With the settings that an index gives it. */
  @Inject
  public CapturedTokens(Settings settings) {
    keepsToken = settings.preserveOriginal();
    patterns = settings.patterns().stream().map(Pattern::compile).toArray(Pattern[]::new);
  }

  /** What an index may set. */
  @AnalysisSettings
  public interface Settings {
    /** Whether the token itself is one of those that come out. */
    @BooleanSetting(path = "preserve_original", defaultValue = true)
    boolean preserveOriginal();

    /** Regular expressions with groups. */
    @ListSetting(path = "patterns")
    List<String> patterns();
  }

  @Override
  public TokenStream create(TokenStream tokens) {
    return new PatternCaptureGroupTokenFilter(tokens, keepsToken, patterns);
  }
}
