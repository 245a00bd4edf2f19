// SPDX-License-Identifier: MIT
#include "chat/commands.hpp"

#include "common/text/nearest.hpp"
#include "common/text/utf8.hpp"

#include <array>

namespace chat {
namespace {

std::string padded(std::string text) {
    constexpr std::size_t width = 10;
    if (text.size() < width) text.resize(width, ' ');
    return text;
}

Deed help(const Model&) {
    Deed deed;
    deed.answers.emplace_back("what you type is said to the room; commands:");
    for (const auto& command : commands())
        deed.answers.push_back(padded("/" + std::string(command.name)) + std::string(command.help));
    deed.answers.push_back(padded("//text") + "say a line that starts with a slash");
    deed.answers.emplace_back("keys: PgUp PgDn scroll, Alt-End to the newest line, Up Down earlier lines, "
                              "^A ^E ^W ^U ^K ^Y edit, ^L redraw, ^C clears the line and twice leaves");
    return deed;
}

Deed who(const Model& model) {
    std::string names;
    for (const auto& [name, is_classic] : model.roster())
        names +=
            (names.empty() ? "" : ", ") + name + (is_classic && model.is_roster_whole ? " (unverified)" : "");
    if (model.is_roster_whole) return {.answers = {"here: " + names}};
    if (names.empty()) return {.answers = {"nobody has been seen yet"}};
    return {.answers = {"seen here: " + names, "others may be here who have not said anything yet"}};
}

Deed clear(const Model&) {
    return {.clears = true};
}

Deed quit(const Model&) {
    return {.quits = true};
}

constexpr std::array table = {
    Command{"help", "", "this list", help},
    Command{"who", "", "who has been seen here", who},
    Command{"clear", "", "empty the screen", clear},
    Command{"quit", "", "leave the room", quit},
};

} // namespace

std::span<const Command> commands() {
    return table;
}

Deed interpret(std::string_view line, const Model& model) {
    if (!line.starts_with('/') || line.starts_with("//")) {
        const auto said = text::Text::from_untrusted(line.substr(line.starts_with("//") ? 1 : 0));
        if (said.empty()) return {};
        return {.say = std::string(said.view())};
    }
    const auto word =
        line.substr(1, line.find(' ') == std::string_view::npos ? line.size() : line.find(' ') - 1);
    std::vector<std::string_view> names;
    for (const auto& command : table) {
        if (command.name == word) return command.carry_out(model);
        names.push_back(command.name);
    }
    auto answer = "no command '/" + text::escaped(word) + "'";
    if (const auto near = text::nearest(word, names))
        answer += "; did you mean '/" + std::string(*near) + "'?";
    else
        answer += "; /help lists them, and //" + text::escaped(word) + " says it";
    return {.answers = {answer}};
}

} // namespace chat
