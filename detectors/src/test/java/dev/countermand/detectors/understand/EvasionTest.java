package dev.countermand.detectors.understand;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Decision;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same deletion in other words, and the same words without a deletion. */
class EvasionTest {
  private final Understanding understanding = Understanding.standard();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "r''m -rf /etc",
        "bash -c 'rm -rf /etc' --help",
        "bash -c 'rm -rf /etc' --dry-run",
        "sh -c 'rm -rf /etc' --version",
        "sudo bash -c 'rm -rf /etc' --help",
        "docker exec db bash -c 'rm -rf /etc' --dry-run",
        "kubectl exec db -- bash -c 'rm -rf /etc' --dry-run",
        "echo x | xargs sh -c 'rm -rf /etc' --help",
        "eval 'rm -rf /etc;' --dry-run",
        "su -c 'rm -rf /etc' --dry-run",
        "python -c 'import shutil; shutil.rmtree(\"/etc\")' --help",
        "tmux send-keys 'rm -rf /etc' Enter --help",
        "printf 'rm -rf /etc' > a.sh; ./a.sh --help",
        "rm -rf -- /etc --help",
        "aws route53 delete-hosted-zone --id z --version 1",
        "$'\\x72m' -rf /etc",
        "X=rm; $X -rf /etc",
        "A=r B=m; $A$B -rf /etc",
        "${X:-rm} -rf /etc",
        "$(echo rm) -rf /etc",
        "`printf rm` -rf /etc",
        "/usr/bin/env rm -rf /etc",
        "env -S 'rm -rf /etc'",
        "sudo -n -- bash -c \"rm -rf /etc\"",
        "sudo su - root -c 'rm -rf /etc'",
        "printf 'rm -rf /etc' | bash",
        "bash -c \"$(echo cm0gLXJmIC8= | base64 -d)\"",
        "echo 'rm -rf /etc' | xargs -I{} sh -c '{}'",
        "cat > y.sh <<'EOF'\nrm -rf /etc\nEOF\nchmod +x y.sh; ./y.sh",
        "python3 <<'EOF'\nimport os\nos.system(\"rm -rf /etc\")\nEOF",
        "rm -rf /{etc,usr}",
        "rm -rf /e*c",
        "cd /; rm -rf etc",
        "cd /etc && find . -delete",
        "f() { rm -rf /etc; }; f",
        "case a in a) rm -rf /etc;; esac",
        "echo ${x:-$(rm -rf /etc)}",
        "cat <<EOF\n$(rm -rf /etc)\nEOF",
        "[[ -f x && $(rm -rf /etc) ]]",
        "docker run --rm -v /:/host alpine sh -c 'rm -rf /host/etc /*'",
        "awk 'BEGIN{system(\"rm -rf /etc\")}'",
        "find . -exec sh -c 'rm -rf /etc' \\;",
        "osascript -e 'do shell script \"rm -rf /etc\"'",
        "D=DELETE; curl -sX$D https://api.example.com/v1/databases/1",
        "echo '{\"query\":\"mutation{databaseDelete(id:1)}\"}' | curl https://x.example/graphql -d @-",
        "python3 -c \"import boto3; boto3.client('rds').delete_db_instance(Id='x')\"",
        "node -e \"fetch('https://api.example.com/v1/databases/1',{method:'DELETE'})\""
      })
  void anotherSpellingIsStillDenied(String command) {
    Assessment assessment = Assessment.of(understanding.shell(command));
    assertThat(assessment.verdict()).as("%s", assessment.effects()).isEqualTo(Decision.DENY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo 'rm -rf /etc' # rm -rf /etc",
        "git commit -m \"$(cat <<'EOF'\nDROP TABLE users; rm -rf /\nEOF\n)\"",
        "cat > y.sh <<'EOF'\nrm -rf /etc\nEOF",
        "grep -rn 'rm -rf /' docs | wc -l",
        "rg 'mutation.*volumeDelete' src",
        "printf '%s\\n' 'DELETE FROM users'",
        "python -m pytest -k 'delete and drop'",
        "gh pr list --search delete",
        "kubectl get pods --field-selector metadata.name=delete",
        "curl 'https://api.example.com/items?filter=delete'",
        "node -e 'const m = new Map(); m.delete(1); m.clear()'",
        "cd build && rm -rf *",
        "T=$(mktemp -d) && cd $T && rm -rf ./*",
        "docker build . && rm -rf /var/lib/apt/lists/*",
        "for f in *.tmp; do rm \"$f\"; done"
      })
  void wordsAloneAreNoDeletion(String command) {
    Assessment assessment = Assessment.of(understanding.shell(command));
    assertThat(assessment.destructive()).as("%s", assessment.effects()).isFalse();
    assertThat(assessment.verdict()).isNotEqualTo(Decision.DENY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"volumeDelete", "DROP TABLE users", "rm -rf /srv/x"})
  void theWordsThatDecidedAreNamed(String words) {
    String command =
        switch (words) {
          case "volumeDelete" -> "curl https://x.example/g -d 'mutation { volumeDelete(id: 1) }'";
          case "DROP TABLE users" -> "psql -c 'drop table users'";
          default -> "sudo rm -rf /srv/x";
        };
    assertThat(understanding.shell(command))
        .anySatisfy(
            effect ->
                assertThat(effect.because().toLowerCase(java.util.Locale.ROOT))
                    .contains(words.toLowerCase(java.util.Locale.ROOT)));
  }
}
