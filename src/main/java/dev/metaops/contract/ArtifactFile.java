package dev.metaops.contract;

import dev.metaops.contract.ForetoldCode.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads artifacts as the compilers' drivers write them: Hardhat ({@code deployedBytecode} as text),
 * Foundry ({@code deployedBytecode.object}) and solc ({@code evm.deployedBytecode.object}, alone or
 * within a whole standard output that holds one contract).
 */
public final class ArtifactFile {
  /** Whole outputs with sources and trees are deep. */
  private static final int MAX_NESTING = 256;

  private static final Pattern LIBRARY = Pattern.compile("__.{36}__");

  private ArtifactFile() {}

  /**
   * Reads an artifact. One without deployed code is no error.
   *
   * @throws IllegalArgumentException with one sentence when it is none of these shapes
   */
  public static Artifact parse(String json) {
    JsonNode root = tree(json);
    if (!root.isObject()) {
      throw new IllegalArgumentException("artifact: not an object (expected: a compiler's output)");
    }
    return root.path("contracts").isObject() ? onlyOne(root.path("contracts")) : contract("", root);
  }

  private static JsonNode tree(String json) {
    try {
      return JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_NESTING)
                          .maxStringLength(1 << 24)
                          .build())
                  .build())
          .build()
          .readTree(json);
    } catch (JacksonException broken) {
      throw new IllegalArgumentException("artifact: not JSON, " + broken.getOriginalMessage());
    }
  }

  private static Artifact onlyOne(JsonNode files) {
    List<Artifact> found = new ArrayList<>();
    for (JsonNode file : files) {
      file.properties().forEach(each -> found.add(contract(each.getKey(), each.getValue())));
    }
    List<Artifact> real = found.stream().filter(each -> each.code().isPresent()).toList();
    if (real.size() != 1) {
      throw new IllegalArgumentException(
          "artifact: holds "
              + real.size()
              + " contracts with code (expected: 1; name the file of one contract)");
    }
    return real.getFirst();
  }

  private static Artifact contract(String outer, JsonNode root) {
    JsonNode evm = root.path("evm").path("deployedBytecode");
    JsonNode own = root.path("deployedBytecode");
    JsonNode deployed = evm.isObject() ? evm : own;
    String name =
        text(root, "contractName")
            .or(() -> target(root.path("metadata").path("settings").path("compilationTarget")))
            .orElse(outer);
    Optional<String> object =
        deployed.isString() ? Optional.of(deployed.stringValue()) : text(deployed, "object");
    JsonNode references =
        deployed.isString()
            ? root.path("immutableReferences")
            : deployed.path("immutableReferences");
    return new Artifact(
        name,
        object
            .filter(hex -> !hex.isEmpty() && !hex.equals("0x"))
            .map(hex -> code(hex, references)));
  }

  /** Foundry's {@code {"src/Escrow.sol": "Escrow"}}. */
  private static Optional<String> target(JsonNode files) {
    return files.properties().stream()
        .map(file -> file.getValue().asString(""))
        .filter(name -> !name.isEmpty())
        .findFirst();
  }

  private static ForetoldCode code(String hex, JsonNode references) {
    String digits = hex.startsWith("0x") ? hex.substring(2) : hex;
    List<Range> masks = new ArrayList<>();
    Matcher library = LIBRARY.matcher(digits);
    while (library.find()) {
      masks.add(new Range(library.start() / 2, 20));
    }
    Bytecode code = new Bytecode("0x" + library.replaceAll("0".repeat(40)));
    if (references.isObject()) {
      references.forEach(places -> places.forEach(place -> masks.add(range(place))));
      return new ForetoldCode(code, masks, Origin.NAMED);
    }
    masks.addAll(ForetoldCode.pushedZeros(code.bytes()));
    return new ForetoldCode(code, masks, Origin.INFERRED);
  }

  private static Range range(JsonNode place) {
    return new Range(place.path("start").asInt(-1), place.path("length").asInt(0));
  }

  private static Optional<String> text(JsonNode object, String field) {
    JsonNode value = object.path(field);
    return value.isString() ? Optional.of(value.stringValue()) : Optional.empty();
  }
}
