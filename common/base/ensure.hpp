// SPDX-License-Identifier: MIT
// What can't happen: a broken invariant of our own ends the program, in release builds too.
// Never used for input, which is an ordinary value, nor for what a person can mend, which is an exception.
#pragma once

/// Aborts with `what`, file and line unless `holds`. (The builtins stand for std::source_location, which
/// clang 14 does not have.)
void ensure(bool holds, const char* what, const char* file = __builtin_FILE(), int line = __builtin_LINE());
