package dev.metaops.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

class ConfigInitTextTest {
  @Test
  void whateverATableOrAProcessIsCalledTheFileIsTomlAndSaysIt() {
    String hostile = "a\"b\\c\n[ops]\nurl = \"x\" \u0007 é";
    String text =
        ConfigInitText.of(
            List.of(
                ConfigLine.told("orders", "table", hostile, "Why: " + hostile),
                ConfigLine.untold(
                    "orders", "token", hostile, "Why not: " + hostile, ConfigLine.Weight.LIGHT),
                ConfigLine.remark("chain", hostile)));
    JsonNode read = new TomlMapper().readTree(text);
    assertThat(read.path("orders").path("table").asString()).isEqualTo(hostile);
    assertThat(read.path("orders").propertyNames()).containsExactly("table");
    assertThat(read.path("ops").isMissingNode()).isTrue();
    assertThat(text.lines()).allMatch(line -> line.length() <= 120);
  }

  @Test
  void ofAProcessOnlyNameAndStateAreKept() {
    assertThat(
            Neighbours.ofPm2(
                """
                >>>> In-memory PM2 is out-of-date, do: [pm2 update]
                [{"name":"escrow-listener","pm2_env":{"status":"online","PRIVATE_KEY":"0xsecret"}}]
                """))
        .containsExactly(new Neighbours("pm2", "escrow-listener", "online"));
    assertThat(Neighbours.ofPm2("not json")).isEmpty();
    assertThat(
            Neighbours.ofSystemd(
                """
                escrow-indexer.service loaded active running Indexer of escrows
                cron.service           loaded active running Regular jobs
                broken
                """))
        .containsExactly(
            new Neighbours("systemd", "escrow-indexer.service", "running"),
            new Neighbours("systemd", "cron.service", "running"));
  }
}
