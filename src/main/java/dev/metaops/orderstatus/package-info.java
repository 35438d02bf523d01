/**
 * Tells the venue's front end what becomes of an order: where it stands, and each move as it is
 * committed, over Server-Sent Events and WebSocket. One reader looks for all who follow; each move
 * of an order is told once and in the order of its commits, across a cut connection, a transaction
 * that was held open and a database that was away. Knows no amounts and no parties.
 */
@NullMarked
@Feature(
    name = "orderstatus",
    mayUse = {"config", "http", "meter", "store", "time"})
package dev.metaops.orderstatus;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
