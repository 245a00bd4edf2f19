// SPDX-License-Identifier: MIT
// chat-protocol(7) says what the code does: each number is read where it is written, and each row of its
// tables is tried, so that a change of one without the other is seen.
#include "chat/commands.hpp"
#include "chatd/admin/commands.hpp"
#include "chatd/admission/limits.hpp"
#include "chatd/option_values.hpp"
#include "chatd/room/messages.hpp"
#include "chatd/room/people.hpp"
#include "common/wire/message.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

std::string content_of(const std::string& path) {
    std::ifstream file(std::string(SOURCE_DIRECTORY "/") + path);
    REQUIRE_MESSAGE(file, path);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// The manual's words on one line, without its markup.
std::string manual() {
    auto text = content_of("man/chat-protocol.7");
    text = std::regex_replace(text, std::regex(R"(\n\.[A-Z][a-z] )"), "\n");
    std::replace(text.begin(), text.end(), '\n', ' ');
    return std::regex_replace(text, std::regex(" +"), " ");
}

/// The digits of the constant's value.
std::string value_of(const std::string& path, const std::string& name) {
    const auto source = content_of(path);
    std::smatch match;
    const std::regex definition("constexpr [^;=]*\\b" + name + " = (?:std::chrono::\\w+\\()?([0-9']+)");
    REQUIRE_MESSAGE(std::regex_search(source, match, definition), name);
    auto digits = match[1].str();
    std::erase(digits, '\'');
    return digits;
}

/// The lines of the manual behind `front`, up to `end`.
std::vector<std::string> lines_between(const std::string& front, const std::string& end) {
    std::istringstream page(content_of("man/chat-protocol.7"));
    std::vector<std::string> lines;
    bool is_there = false;
    for (std::string line; std::getline(page, line);) {
        if (is_there && line.starts_with(end)) return lines;
        if (is_there) lines.push_back(line);
        is_there = is_there || line.starts_with(front);
    }
    FAIL("the manual has no '", front, "' with '", end, "' behind it");
    return {};
}

/// A field of the table of costs.
std::string field(std::size_t bound) {
    return std::to_string(bound);
}
std::string field(const Rate& rate) {
    return std::to_string(rate.burst) + "+" + std::to_string(rate.count) +
           (rate.period == std::chrono::minutes(1) ? "/min" : "");
}
template<class Bound>
std::vector<std::string> row(const chatd::Limit<Bound>& limit) {
    return {limit.key ? field(*limit.key) : "", field(limit.address), field(limit.link),
            field(limit.loopback), field(limit.everybody)};
}

std::string without_blanks_around(const std::string& text) {
    const auto first = text.find_first_not_of(' ');
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// The table of costs as the manual has it, by what each row is of.
std::map<std::string, std::vector<std::string>> costs_of_manual() {
    std::map<std::string, std::vector<std::string>> table;
    for (const auto& line : lines_between(".It Em each Ta", ".El")) {
        std::vector<std::string> fields;
        auto rest = line.substr(std::string(".It ").size()) + " Ta";
        for (auto end = rest.find("Ta"); end != std::string::npos; end = rest.find("Ta")) {
            fields.push_back(without_blanks_around(rest.substr(0, end)));
            rest.erase(0, end + 2);
        }
        table[fields.front()] = {fields.begin() + 1, fields.end()};
    }
    return table;
}

/// The code points that lines of the manual name.
std::vector<char32_t> code_points_in(const std::vector<std::string>& lines) {
    std::vector<char32_t> points;
    const std::regex form("U\\+([0-9A-F]+)");
    for (const auto& line : lines)
        for (std::sregex_iterator next(line.begin(), line.end(), form), end; next != end; ++next)
            points.push_back(static_cast<char32_t>(std::stoul((*next)[1].str(), nullptr, 16)));
    return points;
}

bool may_be_said(const std::string& text) {
    std::string bytes("\x03");
    wire::Writer(bytes).string(text);
    return std::holds_alternative<wire::Say>(wire::command_of_client(bytes));
}

bool may_be_a_reason(const std::string& text) {
    std::string bytes("\x09\x02");
    wire::Writer(bytes).string(text);
    return std::holds_alternative<wire::SetAway>(wire::command_of_client(bytes));
}

struct Constant {
    const char* path;
    const char* name;
    const char* words; ///< of the manual, with # for the value
};

const Constant constants[] = {
    {"common/net/address.hpp", "default_port", "one UDP port, # by default"},
    {"common/wire/packet.hpp", "max_packet", "A UDP payload is at most # bytes"},
    {"common/wire/packet.hpp", "probe_size", "spaces: # bytes exactly"},
    {"common/wire/packet.hpp", "max_label", "(each at most # bytes)"},
    {"common/wire/frame.hpp", "max_ack_ranges", "At most # intervals"},
    {"common/wire/frame.hpp", "max_ack_ranges", "The newest # intervals of numbers"},
    {"common/wire/frame.hpp", "max_whole_message", "larger than # bytes"},
    {"common/wire/frame.hpp", "part_size", "cut every #"},
    {"common/wire/frame.hpp", "max_text", "UTF-8 of at most # bytes"},
    {"common/wire/frame.hpp", "max_typing", "at most #: from the host, who is typing"},
    {"common/wire/frame.hpp", "max_search_lines", "(1 to #)"},
    {"common/wire/frame.hpp", "max_matches", "(at most #), string: part of the answer"},
    {"common/wire/frame.hpp", "max_needle", "string of at most # bytes"},
    {"common/wire/classic.hpp", "max_datagram", "valid UTF-8 of at most # bytes"},
    {"common/wire/frame.hpp", "max_text", "A text is at most # bytes"},
    {"common/wire/classic.hpp", "max_refusal", "one line of less than # bytes"},
    {"common/text/name.hpp", "max_columns", "A name is 1 to # columns"},
    {"common/session/session.hpp", "key_lifetime", "# hours"},
    {"common/session/session.cpp", "ack_delay", "else after # ms"},
    {"common/session/rtt.cpp", "first_probe_interval", "# ms before the first measurement"},
    {"common/session/recovery.cpp", "longest_probe_interval", "up to # ms"},
    {"common/session/rtt.cpp", "longest_sample", "a round trip counts as at most # s"},
    {"common/session/recovery.cpp", "patient_probes", "1 s after # without an answer"},
    {"common/session/recovery.hpp", "calm_after", "until # more have been acknowledged"},
    {"chat/link/connector.cpp", "eager_requests", "after #, every second"},
    {"chat/link/live_session.cpp", "keep_alive", "After # s, less up to a tenth"},
    {"chat/link/live_session.cpp", "unresolved_interval", "after # ms while a"},
    {"chatd/session/farewells.hpp", "max_said", "one of the last # sessions that the host has closed"},
    {"chat/link/live_session.cpp", "ping_size", "sends # PINGs in a packet"},
    {"chat/link/outbox.hpp", "max_unresolved", "number is # or more above the lowest that has no RESULT"},
    {"chatd/session/handshakes.hpp", "max_handshakes_per_turn",
     "At most # handshakes are answered in a turn"},
    {"chatd/session/cookies.cpp", "cookie_lifetime", "its key changes every # seconds"},
    {"chatd/session/session_server.cpp", "reachable_for", "After # seconds without a packet"},
    {"chatd/session/typists.cpp", "typing_interval", "TYPING is told at most every # ms"},
    {"chatd/session/typists.cpp", "typing_lifetime", "forgotten after # s"},
    {"chatd/session/session_server.cpp", "max_typing_members", "a room of more than #"},
    {"chatd/room/people.hpp", "max_names", "at most # names for a key"},
    {"chatd/room/people.hpp", "max_kept", "names for a key, and # in all"},
    {"chatd/room/people.hpp", "max_people", "The host remembers # keys"},
    {"chatd/room/people.hpp", "max_outboxes", "the last # outboxes of a key"},
    {"chatd/session/streams/event_stream.hpp", "max_ahead", "At most # events are under way"},
    {"common/session/room_password.hpp", "max_room_password", "the key in NFC, 1 to # bytes"},
    {"common/text/utf8.hpp", "max_lines", "has up to # lines"},
    {"common/text/name.hpp", "max_bytes", "in at most # bytes, of letters"},
    {"chatd/room/people.hpp", "max_resolved", "as far as they are among the newest #"},
    {"chatd/session/farewells.cpp", "patience", "until it is answered, for # ms at most"},
    {"chatd/session/streams/result_stream.hpp", "max_unresolved",
     "more than # above the last that was taken"},
};

} // namespace

namespace {

/// What an item of a manual takes, as our own tables write it: "[NAME]" for "Op Ar name".
std::string parameters_of(std::string markup) {
    const auto replace = [&](const char* what, const char* with) {
        markup = std::regex_replace(markup, std::regex(what), with);
    };
    replace("Op (.*)$", "[$1]");
    replace("(Ar|Cm) ", "");
    replace(" \\| ", "|");
    replace(" \\.\\.\\.", "...");
    return markup;
}

/// The items of a manual that begin with `front`, and what they take.
std::map<std::string, std::string> items_of(const std::string& page, const std::string& front) {
    std::map<std::string, std::string> items;
    const std::regex form("\n\\.It Ic " + front + "([a-z]+)(?: ([^\n]*))?(?=\n)");
    for (std::sregex_iterator next(page.begin(), page.end(), form), end; next != end; ++next)
        items[(*next)[1].str()] = parameters_of((*next)[2].str());
    return items;
}

std::string in_lower_case(std::string_view words) {
    std::string out(words);
    std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
    return out;
}

/// A key as chat(1) calls it.
std::string key_in_words(const chat::KeyPress& key) {
    auto name = chat::name_of(key);
    if (name.starts_with("M-")) {
        name.replace(0, 2, "Alt-");
        if (name.size() == 5)
            name.back() = static_cast<char>(std::toupper(static_cast<unsigned char>(name.back())));
    }
    if (name.starts_with("S-")) name.replace(0, 2, "Shift-");
    return name;
}

} // namespace

TEST_CASE("chat(1) has the commands of the table with what they take, and no others") {
    std::map<std::string, std::string> commands;
    for (const auto& command : chat::commands())
        commands[std::string(command.name)] = in_lower_case(command.parameters);
    CHECK(items_of(content_of("man/chat.1"), "/") == commands);
}

TEST_CASE("chatd(8) has the console's commands of the table with what they take, and no others") {
    const auto page = content_of("man/chatd.8");
    const auto begin = page.find("\n.Ss CONSOLE");
    REQUIRE(begin != std::string::npos);
    std::map<std::string, std::string> commands;
    for (const auto& command : chatd::admin_commands())
        commands[std::string(command.name)] = in_lower_case(command.parameters);
    CHECK(items_of(page.substr(begin, page.find("\n.Ss ", begin + 1) - begin), "/") == commands);
}

TEST_CASE("chat.conf(5) has the settings of the table with their values, and no others") {
    std::map<std::string, std::string> settings;
    for (const auto& setting : chat::settings())
        settings[std::string(setting.name)] = in_lower_case(setting.values);
    CHECK(items_of(content_of("man/chat.conf.5"), "") == settings);
}

TEST_CASE("chat.conf(5) has the actions that keys can be bound to, and chat(1) their keys") {
    const auto conf = content_of("man/chat.conf.5");
    const auto begin = conf.find("\n.Cm none ,");
    REQUIRE(begin != std::string::npos);
    const auto section = conf.substr(begin, conf.find("\n.El", begin) - begin);
    std::set<std::string> told;
    const std::regex word("[a-z]+(-[a-z]+)*(?= [,.]|\n|$)");
    std::istringstream lines(section);
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(".Cm "))
            for (std::sregex_iterator next(line.begin(), line.end(), word), end; next != end; ++next)
                told.insert(next->str());
    CHECK(told.erase("none") == 1);
    const auto chat = content_of("man/chat.1");
    const auto keys =
        chat.substr(chat.find("\n.It Enter"), chat.find("\n.Ss COMMANDS") - chat.find("\n.It Enter"));
    std::set<std::string> actions;
    for (const auto& binding : chat::key_bindings()) {
        if (!binding.name.empty()) actions.emplace(binding.name);
        if (!binding.name.empty() || !binding.help.empty())
            CHECK_MESSAGE(keys.find(key_in_words(binding.key)) != std::string::npos, binding.name);
    }
    CHECK(told == actions);
}

TEST_CASE("the manual's constants are the code's") {
    const auto text = manual();
    for (const auto& [path, name, words] : constants) {
        auto wanted = std::string(words);
        wanted.replace(wanted.find('#'), 1, value_of(path, name));
        CHECK_MESSAGE(text.find(wanted) != std::string::npos, name, ": ", wanted);
    }
}

TEST_CASE("the manual's table of costs is the code's") {
    const chatd::Limits limits;
    const auto& classic = limits.classic;
    auto commands = row(limits.commands);
    commands.front() = "flood";
    const std::map<std::string, std::vector<std::string>> made = {
        {"joins", row(limits.joins)},
        {"handshakes", row(limits.handshakes)},
        {"guesses", row(limits.guesses)},
        {"commands", commands},
        {"searches", row(limits.searches)},
        {"sessions", row(limits.sessions)},
        {"half open", row(limits.half_open)},
        {"bytes waiting", row(limits.waiting_bytes)},
        {"roster bytes", {"", "", "", "", field(limits.roster_bytes)}},
        {"datagrams", {"", field(limits.datagrams_of_address), field(limits.datagrams_of_link), "", ""}},
        {"larger refusals", {"", field(limits.refusals_of_address), field(limits.refusals_of_link), "", ""}},
        {"classic lines", {"", field(classic.lines), "", "", ""}},
        {"classic reads", {"", field(classic.datagrams), "", "", ""}},
        {"classic joins", {"", field(classic.joins), "", "", field(classic.all_joins)}},
        {"classic members", {"", field(classic.members), "", "", ""}},
    };
    const auto told = costs_of_manual();
    for (const auto& [name, fields] : made) {
        REQUIRE_MESSAGE(told.contains(name), name);
        CHECK_MESSAGE(told.at(name) == fields, name);
    }
    CHECK(told.size() == made.size());

    const auto text = manual();
    const auto has = [&](const std::string& words) {
        CHECK_MESSAGE(text.find(words) != std::string::npos, words);
    };
    const auto flood = chatd::Flood::parse("10/5");
    REQUIRE(flood);
    has(field(*flood->rate) + " if it is not told otherwise");
    has("each member has " + field(limits.fair_share) + " bytes still");
    has("has at most " + field(wire::max_matches) + " bytes, but at least one event");
    has("An event or command has at most " + field(wire::max_message) + " bytes");
    has("(at most " + field(wire::max_roster) + "), string: part of the roster");
}

TEST_CASE("what the manual says of classic addresses is in the table of costs") {
    const chatd::Limits limits;
    const auto text = manual();
    const auto has = [&](const std::string& words) {
        CHECK_MESSAGE(text.find(words) != std::string::npos, words);
    };
    const auto kib = [](int bytes) { return std::to_string(bytes / 1024) + " KiB"; };
    const auto at_once_then = [](const Rate& rate) {
        return std::to_string(rate.burst) + " at once, then " + std::to_string(rate.count) + " a second";
    };
    const auto& lines = limits.classic.lines;
    has("at most " + kib(lines.burst) + " of lines at once and then " + kib(lines.count) + " a second");
    has(std::to_string(limits.datagrams_of_address.burst) + " datagrams at once, then " +
        std::to_string(limits.datagrams_of_address.count) + " a second, that are not its members'");
    has("of all sources on an IPv6 link " + at_once_then(limits.datagrams_of_link));
    CHECK(limits.classic.members == 8);
    has("It has at most eight members");
    CHECK(limits.classic.joins == Rate{16, 1});
    has("from one address 16 may join at once, then one a second");
}

TEST_CASE("chat(1) has every kind of object and every state of --json") {
    const auto page = content_of("man/chat.1");
    const auto begin = page.find("\n.Ss JSON");
    REQUIRE(begin != std::string::npos);
    const auto section = page.substr(begin, page.find("\n.Ss ", begin + 1) - begin);
    const auto source = content_of("chat/plain/json.cpp") + content_of("common/app/event_json.cpp");
    std::size_t count = 0;
    for (const auto* form :
         {R"re(status(?:_of)?\("([a-z ]+)")re", R"re(is_unreachable \? "([a-z]+)")re",
          R"re(is_unreachable \? "[a-z]+" : "([a-z]+)")re", R"re("state", "([a-z ]+)")re",
          R"re("kind", "([a-z]+)")re", R"re(told\("([a-z]+)")re", R"re("kind"\] = "([a-z]+)")re",
          R"re("kind"\] = [^;"]*\? "([a-z]+)")re", R"re("kind"\] = [^;]* : "([a-z]+)")re"}) {
        const std::regex expression(form);
        for (std::sregex_iterator next(source.begin(), source.end(), expression), end; next != end; ++next) {
            ++count;
            const auto word = (*next)[1].str();
            CHECK_MESSAGE(std::regex_search(section, std::regex("Ql (\\w+ No or Ql )?" + word + "\\b")),
                          word);
        }
    }
    CHECK(count >= 25);
}

TEST_CASE("the manual says how many guesses at a room's key there are in a day") {
    const auto a_day = [](const Rate& rate) {
        return std::to_string(std::chrono::hours(24) / rate.period * rate.count);
    };
    const auto& guesses = chatd::Limits{}.guesses;
    CHECK(manual().find("an address has " + field(std::size_t(guesses.address.burst)) +
                        " guesses at once and " + a_day(guesses.address) + " a day, 254 addresses have " +
                        std::to_string(254 * std::stoul(a_day(guesses.address))) +
                        " a day, an IPv6 link has " + a_day(guesses.link) +
                        ", and all that there are together have " + a_day(guesses.everybody) + ".") !=
          std::string::npos);
}

TEST_CASE("the lines that the manual says are read by classic members are the host's, in both languages") {
    const chatd::Messages words;
    const auto po = content_of("chatd/po/zh_CN.po");
    const auto chinese = [&](const std::string& english) {
        const auto front = "msgid \"" + english + "\"\nmsgstr \"";
        const auto at = po.find(front);
        REQUIRE_MESSAGE(at != std::string::npos, english);
        const auto begin = at + front.size();
        return po.substr(begin, po.find("\"\n", begin) - begin);
    };
    const auto lines = lines_between(".Bd -literal -offset indent", ".Ed");
    const auto has = [&](const std::string& pattern, const char* name, const char* chinese_name,
                         const char* text) {
        const auto english = wire::classic::filled(pattern, name, text);
        const auto other = wire::classic::filled(chinese(pattern), chinese_name, text);
        CHECK_MESSAGE(std::any_of(lines.begin(), lines.end(),
                                  [&](const std::string& line) {
                                      return line.starts_with(english + "  ") && line.ends_with("  " + other);
                                  }),
                      english);
    };
    for (const auto* pattern : {&words.joined, &words.said, &words.acted, &words.topic, &words.left})
        has(*pattern, "NAME", "NAME", "TEXT");
    has(words.renamed, "NAME", "NAME", "NEW");
    has(words.said, words.admin.c_str(), chinese(words.admin).c_str(), "TEXT");
    CHECK(lines.size() == 7);
}

TEST_CASE("what becomes of a classic text is what the manual says") {
    const struct {
        const char* said;
        const char* becomes;
        const char* words;
    } all[] = {
        {"a\tb", "a b", "a tab, or a line break inside a space"},
        {"a\nb", "a b", "a tab, or a line break inside a space"},
        {"a\r\nb", "a b", "CR and LF together are one"},
        {"a\x1b\xFF"
         "b",
         "a\uFFFD\uFFFDb", "other controls, noncharacters, and bytes that are no UTF-8 U+FFFD"},
        {"a\u202E\u200B\u200D\uFE0Fb", "a\u200D\uFE0Fb",
         "direction controls and invisible characters nothing; joiners and variation selectors are kept"},
        {"a \u3000", "a", "white space at the end nothing"},
    };
    const auto text = manual();
    for (const auto& [said, becomes, words] : all) {
        CHECK(text::Text::from_untrusted(said).view() == becomes);
        CHECK_MESSAGE(text.find(words) != std::string::npos, words);
    }
}

TEST_CASE("what the manual says is in no name is refused, and what it says may be there is taken") {
    const auto refused = code_points_in(lines_between("No name has these", ".El"));
    CHECK(refused.size() >= 12);
    for (const auto point : refused) {
        CHECK_FALSE_MESSAGE(text::Name::parsed("a" + text::encoded(point)), std::uint32_t(point));
        CHECK_FALSE_MESSAGE(text::Name::parsed("a" + text::encoded(point) + "b"), std::uint32_t(point));
    }
    const auto taken = code_points_in(lines_between("Other marks of all scripts", "A host refuses a name"));
    CHECK(taken.size() == 3);
    for (const auto point : taken)
        CHECK_MESSAGE(text::Name::parsed("q" + text::encoded(point)), std::uint32_t(point));
}

TEST_CASE("what the manual says may not be said is refused, and what may be is taken") {
    const auto refused = code_points_in(lines_between("These are refused:", ".El"));
    const auto taken = code_points_in(lines_between("These are taken,", ".El"));
    CHECK(refused.size() > 30);
    CHECK(taken.size() > 10);
    for (const auto point : refused) {
        CHECK_FALSE_MESSAGE(may_be_said("a" + text::encoded(point) + "b"), std::uint32_t(point));
        CHECK_FALSE_MESSAGE(may_be_a_reason("a" + text::encoded(point) + "b"), std::uint32_t(point));
    }
    for (const auto point : taken) {
        CHECK_MESSAGE(may_be_said("a" + text::encoded(point) + "b"), std::uint32_t(point));
        CHECK_MESSAGE(may_be_a_reason("a" + text::encoded(point) + "b"), std::uint32_t(point));
    }
    for (const auto* text :
         {"", " ", "a ", "a\xC2\xA0", "a\n", "\na", "a \nb", "a\r\nb", "\xED\xA0\x80", "\xC0\xAF", "a\xFF"})
        CHECK_FALSE_MESSAGE(may_be_said(text), text);
    for (const auto* text : {" a", "a\nb", "a\n\nb", "a\n b", "e\xCC\x81"})
        CHECK_MESSAGE(may_be_said(text), text);
    std::string lines = "1";
    for (int line = 2; line <= 100; ++line) lines += "\n" + std::to_string(line);
    CHECK(may_be_said(lines));
    CHECK_FALSE(may_be_said(lines + "\n101"));
    CHECK(may_be_said(std::string(8192, 'a')));
    CHECK_FALSE(may_be_said(std::string(8193, 'a')));
    CHECK(may_be_a_reason(""));
    CHECK_FALSE(may_be_a_reason("a\nb"));
}
