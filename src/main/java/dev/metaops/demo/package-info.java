/** The local world of the demonstration: its chain, its contract, its traders. */
@NullMarked
@Feature(
    name = "demo",
    mayUse = {"chain", "command", "escrow", "postgres", "rpc", "store", "time"})
package dev.metaops.demo;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
