// SPDX-License-Identifier: MIT
// What can't happen: a broken invariant of our own ends the program, in release builds too.
// Never used for input, which is an ordinary value, nor for what a person can mend, which is an exception.
#pragma once

#include <source_location>

/// Aborts with `what`, file and line unless `holds`.
void ensure(bool holds, const char* what, std::source_location where = std::source_location::current());
