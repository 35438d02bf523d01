package dev.metaops.setup;

import dev.metaops.command.ExitCode;

/** What a look of the doctor found. {@code next} is what to do, empty when nothing is. */
record DoctorLook(String subject, ExitCode verdict, String seen, String next) {
  static DoctorLook fine(String subject, String seen) {
    return new DoctorLook(subject, ExitCode.FINE, seen, "");
  }
}
