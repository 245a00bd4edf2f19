// SPDX-License-Identifier: MIT
#include "chat/screen/completion.hpp"

#include "chat/commands.hpp"
#include "chat/settings.hpp"
#include "common/text/utf8.hpp"

#include <algorithm>

namespace chat {
namespace {

/// Members whose names begin so, whoever spoke last first.
std::vector<std::string> names_like(std::string_view typed, const Model& model) {
    const auto wanted = text::folded(typed);
    std::vector<std::string> names;
    for (const auto& [name, presence] : model.members.roster())
        if (name != model.members.own_name && text::folded(name).starts_with(wanted)) names.push_back(name);
    std::stable_sort(names.begin(), names.end(), [&](const std::string& a, const std::string& b) {
        return model.members.spoke(a) > model.members.spoke(b);
    });
    return names;
}

} // namespace

std::optional<Completion> complete(std::string_view text, std::size_t cursor, const Model& model) {
    const auto before = text.substr(0, cursor);
    const auto blank = before.find_last_of(" \n");
    const auto begin = blank == std::string_view::npos ? 0 : blank + 1;
    const auto word = before.substr(begin);
    std::vector<std::string> candidates;
    if (begin == 0 && word.starts_with('/')) {
        for (const auto& command : commands())
            if (command.name.starts_with(word.substr(1)))
                candidates.push_back("/" + std::string(command.name) + " ");
    } else if (before.substr(0, begin) == "/set ") {
        for (const auto& setting : settings())
            if (setting.name.starts_with(word)) candidates.push_back(std::string(setting.name) + " ");
    } else if (!word.empty()) {
        // Said to somebody, at the front of a line; a parameter, behind a command.
        for (const auto& name : names_like(word, model))
            candidates.push_back(name + (begin == 0 ? ": " : " "));
    }
    if (candidates.empty()) return std::nullopt;
    return Completion{begin, cursor, std::move(candidates), 0};
}

} // namespace chat
