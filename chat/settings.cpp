// SPDX-License-Identifier: MIT
#include "chat/settings.hpp"
#include "chat/translate.hpp"

#include "common/app/failure.hpp"
#include "common/app/lookup.hpp"
#include "common/os/private_file.hpp"
#include "common/text/name.hpp"
#include "common/text/utf8.hpp"
#include "common/text/width.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <sstream>
#include <utility>
#include <vector>

namespace chat {
namespace {

/// By the words for the values of an enumeration, in its order. False if there is no such word.
template<class Value, std::size_t count>
bool choose(Value& value, std::string_view word, const std::array<std::string_view, count>& words) {
    const auto* const found = std::find(words.begin(), words.end(), word);
    if (found == words.end()) return false;
    value = static_cast<Value>(found - words.begin());
    return true;
}

constexpr std::array<std::string_view, 2> switches = {"off", "on"};
constexpr std::array<std::string_view, 3> bells = {"off", "mention", "all"};
constexpr std::array<std::string_view, 3> popups = {"off", "9", "777"};
constexpr std::array<std::string_view, 3> link_ways = {"auto", "off", "on"};
constexpr std::array<std::string_view, 4> themes = {"auto", "dark", "light", "mono"};

template<class Value, std::size_t count>
std::string word_of(Value value, const std::array<std::string_view, count>& words) {
    return std::string(words.at(static_cast<std::size_t>(value)));
}

bool set_time(Settings& settings, std::string_view format) {
    constexpr int most_columns = 20;
    std::tm widest{}; // a Wednesday in September
    widest.tm_sec = widest.tm_min = 59;
    widest.tm_hour = 22;
    widest.tm_mday = 28;
    widest.tm_mon = 8;
    widest.tm_wday = 3;
    widest.tm_year = 126;
    std::array<char, 128> shown{};
    const std::string wanted(format);
    const auto length = std::strftime(shown.data(), shown.size(), wanted.c_str(), &widest);
    const std::string_view words(shown.data(), length);
    if (!format.empty() && (length == 0 || text::Text::from_untrusted(words).view() != words ||
                            text::columns(words) > most_columns))
        return false;
    settings.time_format = wanted;
    return true;
}

bool set_ignored(Settings& settings, std::string_view names) {
    std::set<std::string> ignored;
    std::istringstream words{std::string(names)};
    for (std::string word; words >> word;) {
        const auto name = text::Name::recorded(word);
        if (!name) return false;
        ignored.emplace(name->view());
    }
    settings.ignored = std::move(ignored);
    return true;
}

std::string ignored_in(const Settings& settings) {
    std::string names;
    for (const auto& name : settings.ignored) names += (names.empty() ? "" : " ") + name;
    return names;
}

bool set_binding(Settings& settings, std::string_view value) {
    const auto blank = value.find(' ');
    const auto key = parse_key(value.substr(0, blank));
    if (!key || blank == std::string_view::npos) return false;
    return settings.keys.bind(*key, value.substr(blank + 1));
}

bool set_notify(Settings& settings, std::string_view program) {
    settings.notify = program;
    return true;
}

constexpr std::array table = {
    Setting{"bell", "off|mention|all", "what rings the terminal's bell, unless you look at it",
            [](Settings& s, std::string_view v) { return choose(s.bell, v, bells); },
            [](const Settings& s) { return word_of(s.bell, bells); }},
    Setting{"popup", "off|9|777", "tell the same to the desktop with that OSC, as terminals know it",
            [](Settings& s, std::string_view v) { return choose(s.popup, v, popups); },
            [](const Settings& s) { return word_of(s.popup, popups); }},
    Setting{"notify", "PROGRAM", "run it for the same, with CHAT_NAME, CHAT_TEXT and CHAT_ROOM set",
            set_notify, [](const Settings& s) { return s.notify; }},
    Setting{"title", "on|off", "show the room and what is unread in the terminal's title",
            [](Settings& s, std::string_view v) { return choose(s.has_title, v, switches); },
            [](const Settings& s) { return word_of(s.has_title, switches); }},
    Setting{"roster", "on|off", "list who is here, where the screen is wide enough",
            [](Settings& s, std::string_view v) { return choose(s.has_roster, v, switches); },
            [](const Settings& s) { return word_of(s.has_roster, switches); }},
    Setting{"time", "FORMAT", "how times are shown, as strftime(3) has it; empty for not at all", set_time,
            [](const Settings& s) { return s.time_format; }},
    Setting{"theme", "auto|dark|light|mono", "colours for the terminal's background; auto is for both",
            [](Settings& s, std::string_view v) { return choose(s.theme, v, themes); },
            [](const Settings& s) { return word_of(s.theme, themes); }},
    Setting{"links", "auto|off|on", "web addresses lead there, in terminals that are known to have that",
            [](Settings& s, std::string_view v) { return choose(s.links, v, link_ways); },
            [](const Settings& s) { return word_of(s.links, link_ways); }},
    Setting{"typing", "on|off", "tell the others when you type",
            [](Settings& s, std::string_view v) { return choose(s.tells_typing, v, switches); },
            [](const Settings& s) { return word_of(s.tells_typing, switches); }},
    Setting{"ignore", "NAME...", "whose lines are not shown", set_ignored, ignored_in},
    Setting{"bind", "KEY ACTION", "what a key does; may be set for several", set_binding,
            [](const Settings&) { return std::string(); }},
};

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") + 1 - first);
}

/// The name and the value of a line; empty ones for a comment.
std::pair<std::string_view, std::string_view> parse_line(std::string_view line) {
    line = trimmed(line);
    if (line.starts_with('#')) return {};
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) return {line, {}};
    return {trimmed(line.substr(0, equals)), trimmed(line.substr(equals + 1))};
}

} // namespace

std::span<const Setting> settings() {
    return table;
}

std::optional<std::string> set(Settings& settings, std::string_view name, std::string_view value) {
    const auto found = text::look_up(table, name);
    if (found.entry == nullptr)
        return found.near ? tr("no setting '{0}'; did you mean '{1}'?", {text::escaped(name), *found.near})
                          : tr("no setting '{0}'; /set lists them", {text::escaped(name)});
    if (value == "''") value = {};
    if (found.entry->set(settings, value)) return std::nullopt;
    return tr("'{0}' takes {1}, not '{2}'",
              {std::string(name), std::string(found.entry->values), text::escaped(value)});
}

Settings load_settings(const std::filesystem::path& file) {
    Settings settings;
    std::istringstream stream;
    try {
        stream.str(files::read_named(file).value_or(""));
    } catch (const std::runtime_error& error) {
        throw Failure(EX_NOINPUT, error.what());
    }
    int number = 0;
    for (std::string line; std::getline(stream, line);) {
        ++number;
        const auto [name, value] = parse_line(line);
        if (name.empty()) continue;
        const auto fault = line.find('=') == std::string::npos
                               ? std::optional(tr("'{0}' is no NAME = VALUE", {text::escaped(name)}))
                               : set(settings, name, value);
        if (fault) throw Failure(EX_CONFIG, file.string() + ":" + std::to_string(number) + ": " + *fault);
    }
    return settings;
}

std::optional<std::string> save_setting(const std::filesystem::path& file, std::string_view name,
                                        std::string_view value) {
    // A key has one line of its own.
    const auto subject = [&](std::string_view of) {
        return name == "bind" ? of.substr(0, of.find(' ')) : std::string_view();
    };
    std::string content;
    bool is_there = false;
    const auto wanted = std::string(name) + " = " + std::string(value) + "\n";
    try {
        std::istringstream stream(files::read_named(file).value_or(""));
        for (std::string line; std::getline(stream, line);) {
            const auto [known, old] = parse_line(line);
            if (known != name || subject(old) != subject(value))
                content += line + "\n";
            else if (!std::exchange(is_there, true))
                content += wanted;
        }
        if (!is_there) content += wanted;
        files::replace(file, content);
    } catch (const std::runtime_error& error) {
        return tr("set, but not kept: {0}", {error.what()});
    }
    return std::nullopt;
}

} // namespace chat
