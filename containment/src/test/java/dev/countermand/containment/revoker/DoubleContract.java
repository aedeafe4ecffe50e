package dev.countermand.containment.revoker;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The contract at a double that lives for one test. */
public abstract class DoubleContract<R extends DoubleRig> extends HttpRevokerContract {
  @TempDir Path directory;
  private R rig;

  /** Starts the double. */
  protected abstract R open(Path keys);

  @BeforeEach
  final void start() {
    rig = open(directory);
  }

  @AfterEach
  final void stop() {
    rig.close();
  }

  @Override
  protected final R rig() {
    return rig;
  }
}
