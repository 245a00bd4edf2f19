// SPDX-License-Identifier: MIT
// A room's log as people and programs read it: "chatd export". It needs the log's file, and no host.
#pragma once

#include "common/base/time.hpp"

#include <filesystem>

namespace chatd {

/// What of a log is printed, and how.
struct Export {
    WallTime since{};
    bool is_json = false;
};

/// Prints the transcript that is in `file` to standard output, less what was whispered. Throws Failure.
void export_log(const std::filesystem::path& file, const Export& wanted);

} // namespace chatd
