package dev.countermand.command.cli;

import dev.countermand.model.PeerGroup;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Words that are part of the name of a peer group. */
final class WordConverter implements ITypeConverter<String> {
  @Override
  public String convert(String word) {
    if (!PeerGroup.isWord(word)) {
      throw new TypeConversionException(PeerGroup.WORD_CHOICE);
    }
    return word;
  }
}
