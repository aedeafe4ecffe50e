package dev.countermand.testkit.analysis;

import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.email.UAX29URLEmailTokenizer;
import org.elasticsearch.plugin.NamedComponent;
import org.elasticsearch.plugin.analysis.TokenizerFactory;

/** Words, with an email address or a URL as one. */
@NamedComponent(EmailTokenizer.NAME)
public final class EmailTokenizer implements TokenizerFactory {
  static final String NAME = "uax_url_email";

  @Override
  public Tokenizer create() {
    return new UAX29URLEmailTokenizer();
  }
}
