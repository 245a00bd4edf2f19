// SPDX-License-Identifier: MIT
#include "chat/commands.hpp"

#include "common/text/nearest.hpp"
#include "common/text/utf8.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace chat {
namespace {

std::string padded(std::string text) {
    constexpr std::size_t width = 16;
    if (text.size() < width) text.resize(width, ' ');
    return text;
}

/// The first word, which it takes from `rest`, with the blanks behind it.
std::string_view take_word(std::string_view& rest) {
    const auto word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(word.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    return word;
}

Deed say(std::string_view words, bool is_action = false) {
    auto said = text::Text::lines_from_untrusted(words);
    if (said.empty()) return {};
    auto shown = (is_action ? "* " : "") + std::string(said.view());
    return {.command = wire::Say{std::move(said), is_action}, .shown = std::move(shown)};
}

Deed whisper_to(const std::string& typed_name, std::string_view words) {
    const auto name = text::Name::parsed(typed_name);
    auto said = text::Text::lines_from_untrusted(words);
    if (!name) return {.answers = {"'" + text::escaped(typed_name) + "' is nobody's name"}};
    if (said.empty()) return {.answers = {"what? /msg NAME text"}};
    if (said.view().size() > wire::max_text)
        return {.answers = {"that is too long to whisper: at most 8192 bytes"}};
    auto shown = "[to " + std::string(name->view()) + "] " + std::string(said.view());
    return {.command = wire::Whisper{*name, std::move(said)}, .shown = std::move(shown)};
}

Deed me(const Model&, std::string_view words) {
    if (words.empty()) return {.answers = {"what do you do? /me waves"}};
    return say(words, true);
}

Deed msg(const Model&, std::string_view rest) {
    const auto name = take_word(rest);
    if (name.empty()) return {.answers = {"to whom? /msg NAME text"}};
    return whisper_to(std::string(name), rest);
}

Deed reply(const Model& model, std::string_view words) {
    if (model.last_whisperer.empty()) return {.answers = {"nobody has whispered to you yet"}};
    return whisper_to(model.last_whisperer, words);
}

Deed nick(const Model&, std::string_view typed) {
    auto name = text::Name::parsed(typed);
    if (!name)
        return {.answers = {"a name is made of letters and digits, with . _ - between them: /nick NAME"}};
    return {.command = wire::Rename{std::move(*name)}};
}

Deed away(const Model&, std::string_view reason) {
    return {.command = wire::SetAway{true, text::Text::from_untrusted(reason)}};
}

Deed back(const Model&, std::string_view) {
    return {.command = wire::SetAway{false, {}}};
}

Deed topic(const Model& model, std::string_view) {
    return {.answers = {model.topic.empty() ? "the room has no topic" : "the topic is: " + model.topic}};
}

Deed history(const Model& model, std::string_view typed) {
    if (!model.is_encrypted) return {.answers = {"the plain protocol knows no history"}};
    const auto needle = text::Text::from_untrusted(typed);
    if (needle.empty()) return {.answers = {"what do you look for? /history NAME|TEXT"}};
    return {.looked_for = std::string(needle.view())};
}

Deed help(const Model&, std::string_view) {
    Deed deed;
    deed.answers.emplace_back("what you type is said to the room; commands:");
    for (const auto& command : commands())
        deed.answers.push_back(padded("/" + std::string(command.name) +
                                      (command.parameters.empty() ? "" : " ") +
                                      std::string(command.parameters)) +
                               std::string(command.help));
    deed.answers.push_back(padded("//text") + "say a line that starts with a slash");
    deed.answers.emplace_back("keys: PgUp PgDn scroll, Alt-End to the newest line, Up Down earlier lines, "
                              "^A ^E ^W ^U ^K ^Y edit, ^L redraw, ^C clears the line and twice leaves");
    return deed;
}

std::string in_words(const Model& model, const Presence& presence) {
    std::string words;
    const auto add = [&](const char* word) { words += (words.empty() ? " (" : ", ") + std::string(word); };
    if (presence.is_classic && model.is_roster_whole) add("unverified");
    if (presence.is_away) add("away");
    if (presence.is_unreachable) add("unreachable");
    return words + (words.empty() ? "" : ")");
}

Deed who(const Model& model, std::string_view) {
    std::string names;
    for (const auto& [name, presence] : model.roster())
        names += (names.empty() ? "" : ", ") + name + in_words(model, presence);
    if (model.is_roster_whole) return {.answers = {"here: " + names}};
    if (names.empty()) return {.answers = {"nobody has been seen yet"}};
    return {.answers = {"seen here: " + names, "others may be here who have not said anything yet"}};
}

Deed clear(const Model&, std::string_view) {
    return {.clears = true};
}

Deed quit(const Model&, std::string_view) {
    return {.quits = true};
}

constexpr std::array table = {
    Command{"help", "", "this list", help},
    Command{"who", "", "who is here", who},
    Command{"me", "ACTION", "say what you do: /me waves", me},
    Command{"msg", "NAME text", "whisper to one member; nobody else gets it", msg},
    Command{"reply", "text", "whisper to who whispered to you last", reply},
    Command{"nick", "NAME", "be called something else", nick},
    Command{"away", "[why]", "tell that you are away", away},
    Command{"back", "", "tell that you are back", back},
    Command{"topic", "", "what the room is about", topic},
    Command{"history", "NAME|TEXT", "show what was said by NAME, or with TEXT in it", history},
    Command{"clear", "", "empty the screen", clear},
    Command{"quit", "", "leave the room", quit},
};

} // namespace

std::span<const Command> commands() {
    return table;
}

Deed interpret(std::string_view line, const Model& model) {
    if (!line.starts_with('/') || line.starts_with("//"))
        return say(line.substr(line.starts_with("//") ? 1 : 0));
    auto rest = line.substr(1);
    const auto word = take_word(rest);
    std::vector<std::string_view> names;
    for (const auto& command : table) {
        if (command.name == word) return command.carry_out(model, rest);
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
