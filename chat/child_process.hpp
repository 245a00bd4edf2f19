// SPDX-License-Identifier: MIT
// The user's own programs: one that is told of something, and the editor. No shell reads what others wrote.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace chat {

/// Starts a program with these words, as the shell would have it: no signal is held back from it. -1 if that
/// can't be.
pid_t start_program(const std::vector<std::string>& words,
                    const std::vector<std::string>& more_environment = {});

/// Why nothing came of an editor, in words.
struct EditorFault {
    std::string why;
};
/// `text` as it is when the editor that VISUAL or EDITOR names, or vi, has ended. It has the terminal
/// meanwhile.
std::variant<std::string, EditorFault> edit_elsewhere(std::string_view text);

} // namespace chat
