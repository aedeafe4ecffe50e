package dev.countermand.collectors.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countermand.collectors.redact.Redactor;
import dev.countermand.collectors.redact.TestFingerprints;
import dev.countermand.collectors.scan.WorkingTreeScan.Found;
import dev.countermand.collectors.scan.WorkingTreeScan.Summary;
import dev.countermand.runtime.CountermandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkingTreeScanTest {
  private static final String TOKEN = "ghp_" + "x7Kq2mZ9bT4vN1cR8wY5pL3sD6fG0hJaQeUi";

  @TempDir private Path tree;

  private final List<Found> found = new ArrayList<>();

  private Summary scan() throws IOException {
    return new WorkingTreeScan(Redactor.standard(new TestFingerprints()), files -> {})
        .scan(tree, found::add);
  }

  @Test
  void aSecretIsFoundWithItsFileAndLine() throws IOException {
    Files.createDirectories(tree.resolve("deep/er"));
    Files.writeString(tree.resolve("deep/er/a.txt"), "one\ntwo\ntoken " + TOKEN + "\n");
    Summary summary = scan();
    assertThat(summary.files()).isEqualTo(1);
    assertThat(found)
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.file()).isEqualTo(Path.of("deep/er/a.txt"));
              assertThat(one.line()).isEqualTo(3);
              assertThat(one.toString()).doesNotContain(TOKEN);
            });
  }

  @Test
  void whatIsNotReadIsCounted() throws IOException {
    Files.write(tree.resolve("binary"), new byte[] {'a', 0, 'b'});
    Files.write(tree.resolve("large"), new byte[WorkingTreeScan.MAX_BYTES + 1]);
    Files.createDirectories(tree.resolve(".git"));
    Files.writeString(tree.resolve(".git/config"), "token " + TOKEN);
    Summary summary = scan();
    assertThat(found).isEmpty();
    assertThat(summary).isEqualTo(new Summary(0, 0, 1, 1, 0, 0));
  }

  @Test
  void aLinkOutOfTheTreeIsNotFollowed(@TempDir Path elsewhere) throws IOException {
    Files.writeString(elsewhere.resolve("secret"), "token " + TOKEN);
    Files.createSymbolicLink(tree.resolve("link"), elsewhere);
    Files.createSymbolicLink(tree.resolve("file"), elsewhere.resolve("secret"));
    scan();
    assertThat(found).isEmpty();
  }

  @Test
  void aDirectoryThatDoesNotExistIsAnError() {
    tree = tree.resolve("nowhere");
    assertThatThrownBy(this::scan)
        .isInstanceOf(CountermandException.class)
        .hasMessageContaining("nowhere");
  }
}
