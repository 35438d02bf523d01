package dev.metaops.rpc;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Log;
import dev.metaops.time.Deadline;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What one node says of logs, asked by block or by range; a range too wide for it in parts. */
final class LogQuestions {
  private static final Comparator<Log> PLACE =
      Comparator.<Log>comparingLong(log -> log.block().number()).thenComparingInt(Log::index);

  private final JsonRpc rpc;
  private final Hearing hearing;

  LogQuestions(JsonRpc rpc) {
    this.rpc = rpc;
    this.hearing = new Hearing(rpc.endpoint());
  }

  List<Log> logs(BlockRef block, Set<Address> addresses, Deadline deadline) {
    LogFilter filter = LogFilter.of(addresses);
    ObjectNode query = Spelling.query(filter).put("blockHash", block.hash().text());
    return hearing.checked(
        "eth_getLogs",
        () -> {
          List<Log> logs =
              logs(
                  query,
                  node -> {
                    if (Wire.isRemoved(node)) {
                      throw new IllegalArgumentException("a removed log in block " + block);
                    }
                    return Optional.of(log(node, filter));
                  },
                  deadline);
          logs.forEach(log -> Hearing.expect("block of a log", block, log.block()));
          return logs;
        });
  }

  List<Log> logs(long from, long to, LogFilter filter, Deadline deadline) {
    if (from < 0 || from > to) {
      throw new IllegalArgumentException("blocks: " + from + "-" + to + " (expected: ascending)");
    }
    Manners manners = rpc.manners();
    List<Log> logs = new ArrayList<>();
    long most = Long.MAX_VALUE;
    long next = from;
    while (next <= to) {
      long asked = Math.min(to - next + 1, Math.min(most, manners.blocks()));
      try {
        logs.addAll(logsOfRange(next, next + asked - 1, filter, deadline));
        manners.blocksFitted(asked);
        next += asked;
        most = Long.MAX_VALUE;
      } catch (RpcUnavailable refused) {
        if (asked == 1) {
          throw refused;
        }
        most = manners.blocksRefused(asked, excess(refused));
      }
    }
    return logs;
  }

  private static Excess excess(RpcUnavailable refused) {
    return switch (refused.failure()) {
      case RpcFailure.RangeTooWide(_, Excess excess) -> excess;
      case RpcFailure.TooLarge _ -> Excess.of(Excess.Of.BYTES);
      case RpcFailure.Unreachable _,
          RpcFailure.NoAnswer _,
          RpcFailure.Tls _,
          RpcFailure.KeyRefused _,
          RpcFailure.Quota _,
          RpcFailure.Garbage _,
          RpcFailure.WrongChain _,
          RpcFailure.Behind _,
          RpcFailure.NoArchive _,
          RpcFailure.Reverted _,
          RpcFailure.ErrorAnswer _,
          RpcFailure.Lied _,
          RpcFailure.Quarantined _,
          RpcFailure.Stopped _ ->
          throw refused;
    };
  }

  private List<Log> logsOfRange(long from, long to, LogFilter filter, Deadline deadline) {
    ObjectNode query =
        Spelling.query(filter)
            .put("fromBlock", Spelling.hex(from))
            .put("toBlock", Spelling.hex(to));
    return hearing.checked(
        "eth_getLogs",
        () -> {
          List<Log> logs =
              logs(
                  query,
                  node -> Wire.isRemoved(node) ? Optional.empty() : Optional.of(log(node, filter)),
                  deadline);
          for (Log log : logs) {
            if (log.block().number() < from || log.block().number() > to) {
              throw new IllegalArgumentException(
                  "a log of block " + log.block() + " (asked: " + from + "-" + to + ")");
            }
          }
          return logs;
        });
  }

  private List<Log> logs(
      ObjectNode query, Function<JsonNode, Optional<Log>> reading, Deadline deadline) {
    List<Log> logs = new ArrayList<>();
    rpc.elements(Request.of("eth_getLogs", query), reading, deadline)
        .orElseThrow(() -> new IllegalArgumentException("expected an array of logs"))
        .forEach(log -> log.ifPresent(logs::add));
    logs.sort(PLACE);
    Wire.ascending(logs);
    return logs;
  }

  private static Log log(JsonNode node, LogFilter filter) {
    Log log = Wire.log(node);
    if (!filter.accepts(log)) {
      throw new IllegalArgumentException("a log of " + log.address() + " that was not asked");
    }
    return log;
  }
}
