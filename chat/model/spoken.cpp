// SPDX-License-Identifier: MIT
#include "chat/model/spoken.hpp"

#include "chat/translate.hpp"
#include "common/text/utf8.hpp"

namespace chat {

std::string author_of(const Line& line) {
    switch (line.manner) {
    case Line::Manner::said: return line.name;
    case Line::Manner::whispered: return "[" + line.name + "]";
    case Line::Manner::acted: return "*" + line.name;
    }
    return line.name;
}

std::vector<std::string> spoken_rows(const Line& line) {
    const auto front = [&] {
        switch (line.manner) {
        case Line::Manner::said: break;
        case Line::Manner::whispered: return line.name + " -> " + line.to + ": ";
        case Line::Manner::acted: return "* " + line.name + " ";
        }
        return line.name + ": ";
    }();
    std::vector<std::string> rows;
    for (const auto text : text::lines_of(line.text)) rows.push_back(front + std::string(text));
    return rows;
}

std::string own_words(const wire::Command& command) {
    if (const auto* say = std::get_if<wire::Say>(&command))
        return (say->is_action ? "* " : "") + std::string(say->text.view());
    if (const auto* whisper = std::get_if<wire::Whisper>(&command))
        return tr("[to {0}]", {std::string(whisper->to.view())}) + " " + std::string(whisper->text.view());
    return {};
}

std::string kind_of(const Line& line) {
    if (line.kind == Line::Kind::admin) return "shout";
    switch (line.manner) {
    case Line::Manner::said: break;
    case Line::Manner::whispered: return "whisper";
    case Line::Manner::acted: return "act";
    }
    return "say";
}

} // namespace chat
