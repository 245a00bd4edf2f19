// SPDX-License-Identifier: MIT
#include "common/wire/classic.hpp"

#include "common/base/ensure.hpp"

#include <algorithm>

namespace wire::classic {
namespace {

using namespace std::string_view_literals;

std::string_view without_line_end(std::string_view datagram) {
    const auto last = datagram.find_last_not_of("\0\r\n"sv);
    return datagram.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

/// The parts of a pattern before and behind {text}, with {name} filled in.
struct Frame {
    std::string front;
    std::string back;
};

Frame frame_of(std::string_view pattern, std::string_view name) {
    constexpr auto mark = "{text}"sv;
    const auto at = pattern.find(mark);
    if (at == std::string_view::npos) return {filled(pattern, name), {}};
    return {filled(pattern.substr(0, at), name), filled(pattern.substr(at + mark.size()), name)};
}

/// The words of every language that we ship. A client can't know which one its server speaks.
const std::vector<Phrases>& shipped_languages() {
    static const std::vector<Phrases> languages = {
        Phrases{},
        Phrases{"{name} 进入了聊天室", "{name} 退出了聊天室", "{name} 说：{text}", "管理员"},
    };
    return languages;
}

/// No name has the characters that clients mark lines with.
bool looks_like_name(std::string_view word) {
    return !word.empty() && word.front() != '-' && word.front() != '<' &&
           word.find_first_of(" :[]*!>"sv) == std::string_view::npos &&
           word.find("："sv) == std::string_view::npos;
}

/// `line` in its parts if it is `pattern` with a name in it, and perhaps more words behind.
std::optional<LeaveNotice> notice_in(std::string_view line, std::string_view pattern) {
    constexpr auto mark = "{name}"sv;
    const auto words = pattern.substr(mark.size());
    const auto at = line.find(words);
    if (at == std::string_view::npos || !looks_like_name(line.substr(0, at))) return std::nullopt;
    auto detail = line.substr(at + words.size());
    if (detail.starts_with(' ')) detail.remove_prefix(1);
    return LeaveNotice{std::string(line.substr(0, at)), std::string(detail)};
}

std::optional<ChatLine> chat_in(std::string_view line, std::string_view pattern) {
    constexpr auto name_mark = "{name}"sv;
    const auto text_mark = pattern.find("{text}"sv);
    const auto between = pattern.substr(name_mark.size(), text_mark - name_mark.size());
    // The white space behind a colon is gone from a line without text.
    const auto bare = between.substr(0, between.find_last_not_of(' ') + 1);
    const auto at = line.find(bare);
    if (at == std::string_view::npos || !looks_like_name(line.substr(0, at))) return std::nullopt;
    const auto rest = line.substr(at);
    if (rest == bare) return ChatLine{std::string(line.substr(0, at)), {}};
    if (!rest.starts_with(between)) return std::nullopt;
    return ChatLine{std::string(line.substr(0, at)), std::string(rest.substr(between.size()))};
}

} // namespace

std::optional<Request> parse_request(std::string_view datagram) {
    const auto line = without_line_end(datagram);
    if (line.size() < 2 || line[1] != ' ') return std::nullopt;
    const auto rest = line.substr(2);
    switch (line[0]) {
    case 'L': return Login{rest};
    case 'Q': return Quit{rest};
    case 'C': {
        const auto space = rest.find(' ');
        if (rest.empty()) return std::nullopt; // said by nobody; any answer would be much larger
        if (space == std::string_view::npos) return Chat{rest, {}};
        return Chat{rest.substr(0, space), rest.substr(space + 1)};
    }
    default: return std::nullopt;
    }
}

bool ends_line(std::string_view datagram) {
    return datagram.ends_with('\n');
}

std::string format_login(std::string_view name) {
    return "L " + std::string(name);
}

std::string format_chat(std::string_view name, std::string_view text) {
    return "C " + std::string(name) + " " + std::string(text);
}

std::string format_quit(std::string_view name) {
    return "Q " + std::string(name);
}

std::string filled(std::string_view pattern, std::string_view name, std::string_view text) {
    std::string out;
    while (!pattern.empty()) {
        if (pattern.starts_with("{name}")) {
            out += name;
            pattern.remove_prefix("{name}"sv.size());
        } else if (pattern.starts_with("{text}")) {
            out += text;
            pattern.remove_prefix("{text}"sv.size());
        } else {
            out += pattern.front();
            pattern.remove_prefix(1);
        }
    }
    return out;
}

std::vector<std::string> filled_lines(std::string_view pattern, std::string_view name, std::string_view text,
                                      std::size_t max_bytes) {
    const auto frame = frame_of(pattern, name);
    const auto around = frame.front.size() + frame.back.size();
    ensure(around + 4 <= max_bytes, "a notice leaves no room for text");
    std::vector<std::string> lines;
    for (auto line : text::lines_of(text)) {
        if (line.empty() && !lines.empty()) continue; // says nothing by itself
        do {
            const auto length = text::cut_length(line, max_bytes - around);
            lines.push_back(frame.front + std::string(line.substr(0, length)) + frame.back);
            line.remove_prefix(length);
        } while (!line.empty());
    }
    return lines;
}

Line parse_line(std::string_view datagram) {
    const auto shown = text::Text::from_untrusted(without_line_end(datagram));
    const auto line = shown.view();
    if (line == welcome) return Welcome{};
    if (line == farewell) return Farewell{};
    if (line.starts_with(host_prefix)) return HostLine{std::string(line.substr(host_prefix.size()))};
    // Longest words first: "name 说：text" has no ": ", and "name: text" is what a seed's notice never has.
    for (const auto& phrases : shipped_languages()) {
        if (auto chat = chat_in(line, phrases.said)) {
            if (chat->name == phrases.admin) return AdminLine{std::move(chat->text)};
            return std::move(*chat);
        }
    }
    for (const auto& phrases : shipped_languages()) {
        if (auto notice = notice_in(line, phrases.joined)) return JoinNotice{std::move(notice->name)};
        if (auto notice = notice_in(line, phrases.left)) return std::move(*notice);
    }
    return OtherLine{std::string(line)};
}

} // namespace wire::classic
