package dev.countermand.testkit.analysis;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.apache.lucene.analysis.FilteringTokenFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.elasticsearch.plugin.NamedComponent;
import org.elasticsearch.plugin.analysis.TokenFilterFactory;

/** Every token of a text once. */
@NamedComponent(UniqueTokens.NAME)
public final class UniqueTokens implements TokenFilterFactory {
  static final String NAME = "unique";

  @Override
  public TokenStream create(TokenStream tokens) {
    return new Filter(tokens);
  }

  private static final class Filter extends FilteringTokenFilter {
    private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
    private final Set<String> seen = new HashSet<>();

    Filter(TokenStream tokens) {
      super(tokens);
    }

    @Override
    protected boolean accept() {
      return seen.add(term.toString());
    }

    @Override
    public void reset() throws IOException {
      super.reset();
      seen.clear();
    }
  }
}
