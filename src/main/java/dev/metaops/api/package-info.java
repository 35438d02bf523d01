/**
 * The HTTP door: what a process that serves answers to load balancers, monitors and people. Decides
 * nothing; each answer is the picture a command would draw.
 */
@NullMarked
@Feature(
    name = "api",
    mayUse = {"command", "config", "http", "time"})
package dev.metaops.api;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
