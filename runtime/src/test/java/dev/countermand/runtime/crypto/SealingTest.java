package dev.countermand.runtime.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.runtime.CountermandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealingTest {
  private static final String SECRET = "a s€cret \uD83D\uDE00";
  private static final String FINGERPRINT = "9f2c4be17a60d35512c8e4f7a90b6d13";

  @TempDir Path directory;
  private Path privateHalf;
  private Path publicHalf;

  @BeforeEach
  void files() {
    privateHalf = directory.resolve("containment-private.json");
    publicHalf = directory.resolve("containment-public.json");
  }

  @Test
  void whatIsSealedOpensForItsFingerprint() {
    String sealed = Sealing.sealer(directory).seal(SECRET, FINGERPRINT);

    assertThat(Sealing.opener(directory).open(sealed, FINGERPRINT)).isEqualTo(SECRET);
    assertThat(new String(Base64.getDecoder().decode(sealed))).doesNotContain("cret");
  }

  @Test
  void theSameSecretIsSealedDifferentlyEachTime() {
    Sealing.Sealer sealer = Sealing.sealer(directory);

    assertThat(sealer.seal(SECRET, FINGERPRINT)).isNotEqualTo(sealer.seal(SECRET, FINGERPRINT));
  }

  @Test
  void anotherFingerprintAnAlteredTextAndAnotherKeyDoNotOpen(@TempDir Path elsewhere) {
    String sealed = Sealing.sealer(directory).seal(SECRET, FINGERPRINT);
    Sealing.Opener opener = Sealing.opener(directory);
    byte[] altered = Base64.getDecoder().decode(sealed);
    altered[altered.length - 1] ^= 1;

    broken(opener, sealed, "00000000000000000000000000000000");
    broken(opener, Base64.getEncoder().encodeToString(altered), FINGERPRINT);
    broken(opener, "", FINGERPRINT);
    broken(opener, "no base64 !", FINGERPRINT);
    broken(Sealing.opener(elsewhere), sealed, FINGERPRINT);
  }

  private static void broken(Sealing.Opener opener, String sealed, String fingerprint) {
    CountermandException refusal =
        catchThrowableOfType(CountermandException.class, () -> opener.open(sealed, fingerprint));
    assertThat(refusal.code()).isEqualTo("SEAL_BROKEN");
    assertThat(refusal).hasMessageContaining(fingerprint).hasNoCause();
  }

  @Test
  void thePrivateHalfIsForItsOwnerOnlyAndThePublicHalfHoldsNothingOfIt() throws IOException {
    Sealing.sealer(directory);

    assertThat(mode(privateHalf)).isEqualTo("rw-------");
    assertThat(mode(publicHalf)).isEqualTo("rw-r--r--");
    assertThat(Files.readString(privateHalf)).contains("ASYMMETRIC_PRIVATE");
    String open = Files.readString(publicHalf);
    assertThat(open).contains("ASYMMETRIC_PUBLIC").doesNotContainIgnoringCase("private");
    String keyMaterial = Files.readString(privateHalf).replaceAll("(?s).*\"value\": ?\"", "");
    assertThat(open).doesNotContain(keyMaterial.substring(0, 40));
  }

  @Test
  void sealingNeedsThePublicHalfOnly() throws IOException {
    Sealing.Opener opener = Sealing.opener(directory);
    Path elsewhere = Files.createDirectory(directory.resolve("gateway"));
    Files.copy(publicHalf, elsewhere.resolve(publicHalf.getFileName()));

    String sealed = Sealing.sealer(elsewhere).seal(SECRET, FINGERPRINT);

    assertThat(opener.open(sealed, FINGERPRINT)).isEqualTo(SECRET);
    assertThat(elsewhere.resolve(privateHalf.getFileName())).doesNotExist();
    CountermandException refusal =
        catchThrowableOfType(CountermandException.class, () -> Sealing.opener(elsewhere));
    assertThat(refusal.code()).isEqualTo("KEY_UNREADABLE");
  }

  @Test
  void whoNeedsAKeyThatIsThereMakesNone() throws IOException {
    CountermandException refusal =
        catchThrowableOfType(CountermandException.class, () -> Sealing.existingSealer(directory));
    assertThat(refusal.code()).isEqualTo("SEALING_KEY_MISSING");
    assertThat(refusal).hasMessageContaining(publicHalf.toString());
    assertThat(publicHalf).doesNotExist();
    assertThat(privateHalf).doesNotExist();

    Sealing.Opener opener = Sealing.opener(directory);
    String sealed = Sealing.existingSealer(directory).seal(SECRET, FINGERPRINT);
    assertThat(opener.open(sealed, FINGERPRINT)).isEqualTo(SECRET);
  }

  @Test
  void aLostPublicHalfIsMadeAgainOfThePrivateOne() throws IOException {
    String sealed = Sealing.sealer(directory).seal(SECRET, FINGERPRINT);
    Files.delete(publicHalf);

    String sealedLater = Sealing.sealer(directory).seal("later", FINGERPRINT);

    assertThat(Sealing.opener(directory).open(sealed, FINGERPRINT)).isEqualTo(SECRET);
    assertThat(Sealing.opener(directory).open(sealedLater, FINGERPRINT)).isEqualTo("later");
  }

  @Test
  void aFileThatIsNoKeyIsNamedAndNotQuoted() throws IOException {
    Sealing.sealer(directory);
    for (String content : new String[] {"", "{", "{\"primaryKeyId\":\"canary\"}", "[]", "canary"}) {
      Files.writeString(privateHalf, content);
      Files.writeString(publicHalf, content);

      CountermandException opener =
          catchThrowableOfType(CountermandException.class, () -> Sealing.opener(directory));
      CountermandException sealer =
          catchThrowableOfType(CountermandException.class, () -> Sealing.sealer(directory));

      assertThat(opener.code()).isEqualTo("KEY_UNREADABLE");
      assertThat(opener).hasMessageContaining(privateHalf.toString()).hasNoCause();
      assertThat(sealer).hasMessageContaining(publicHalf.toString()).hasNoCause();
    }
  }

  @Test
  void thePrivateHalfIsNotTakenForAPublicOne() throws IOException {
    Sealing.sealer(directory);
    Files.copy(privateHalf, publicHalf, java.nio.file.StandardCopyOption.REPLACE_EXISTING);

    assertThat(
            catchThrowableOfType(CountermandException.class, () -> Sealing.sealer(directory))
                .code())
        .isEqualTo("KEY_UNREADABLE");
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
