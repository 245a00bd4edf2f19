// SPDX-License-Identifier: MIT
#include "chat/screen/completion.hpp"

#include "chat/commands.hpp"

namespace chat {

std::optional<Completion> complete(std::string_view text, std::size_t cursor, const Members& members) {
    const auto before = text.substr(0, cursor);
    const auto blank = before.find_last_of(" \n");
    const auto begin = blank == std::string_view::npos ? 0 : blank + 1;
    const auto word = before.substr(begin);
    const bool is_command = before.starts_with('/');
    std::vector<std::string> candidates;
    if (is_command && begin == 0) {
        for (const auto& command : commands())
            if (command.name.starts_with(word.substr(1)))
                candidates.push_back("/" + std::string(command.name));
    } else if (is_command) {
        candidates = complete_parameter(members, before.substr(0, begin), word);
    } else if (!word.empty()) {
        candidates = members.like(word);
    }
    if (candidates.empty()) return std::nullopt;
    // Somebody who is named at the front of a line is spoken to.
    for (auto& candidate : candidates) candidate += begin == 0 && !is_command ? ": " : " ";
    return Completion{begin, cursor, std::move(candidates), 0};
}

} // namespace chat
