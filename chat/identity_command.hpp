// SPDX-License-Identifier: MIT
// "chat identity export" and "chat identity import": the same person on another machine.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace chat {

struct IdentityCommand {
    enum class What { exports, imports };
    What what = What::exports;
    std::optional<std::string> file;            ///< to or from; standard output or input without one
    std::optional<std::string> passphrase_file; ///< it is asked for at the terminal without one
    bool is_forced = false;                     ///< puts another identity aside
};

/// `identity_file` holds the secret, `conversations_file` which name is whose key's. Gives the exit status.
/// Throws Failure.
int run_identity_command(const IdentityCommand& command, const std::filesystem::path& identity_file,
                         const std::filesystem::path& conversations_file);

} // namespace chat
