// SPDX-License-Identifier: MIT
// chat-protocol(7) says the numbers that the code has. Each is read where it is written, so that a change of
// one without the other is seen.
#include "chat/commands.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>

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

struct Constant {
    const char* path;
    const char* name;
    const char* words; ///< of the manual, with # for the value
};

const Constant constants[] = {
    {"common/net/address.hpp", "default_port", "one UDP port, # by default"},
    {"common/wire/packet.hpp", "max_packet", "A UDP payload is at most # bytes"},
    {"common/wire/packet.hpp", "probe_size", "spaces up to # bytes"},
    {"common/wire/packet.hpp", "max_label", "(each at most # bytes)"},
    {"common/wire/frame.hpp", "max_ack_ranges", "At most # intervals"},
    {"common/wire/frame.hpp", "max_ack_ranges", "The newest # intervals of numbers"},
    {"common/wire/frame.hpp", "max_whole_message", "larger than # bytes"},
    {"common/wire/frame.hpp", "part_size", "cut every #"},
    {"common/wire/frame.hpp", "max_text", "UTF-8 of at most # bytes"},
    {"common/wire/frame.hpp", "max_typing", "at most #: from the host, who is typing"},
    {"common/wire/frame.hpp", "max_found_lines", "(1 to #)"},
    {"common/wire/frame.hpp", "max_found", "(at most #), string: part of the answer"},
    {"common/wire/frame.hpp", "max_needle", "string of at most # bytes"},
    {"common/wire/classic.hpp", "max_datagram", "valid UTF-8 of at most # bytes"},
    {"common/wire/frame.hpp", "max_text", "A text is at most # bytes"},
    {"common/wire/classic.hpp", "max_refusal", "one line of less than # bytes"},
    {"common/text/name.hpp", "max_columns", "a name is 1 to # columns"},
    {"common/session/session.hpp", "key_lifetime", "# hours"},
    {"common/session/session.cpp", "ack_delay", "else after # ms"},
    {"common/session/recovery.cpp", "first_probe_interval", "# ms before the first measurement"},
    {"common/session/recovery.cpp", "longest_probe_interval", "up to # ms"},
    {"common/session/recovery.cpp", "longest_sample", "a round trip counts as at most # s"},
    {"common/session/recovery.cpp", "patient_probes", "1 s after # without an answer"},
    {"common/session/recovery.hpp", "calm_after", "until # more have been acknowledged"},
    {"chat/approach.cpp", "eager_requests", "after #, every second"},
    {"chat/session_link.cpp", "keep_alive", "After # s, less up to a tenth"},
    {"chat/session_link.cpp", "unsettled_interval", "after # ms while a"},
    {"chatd/farewells.hpp", "max_said", "one of the last # sessions that the host has closed"},
    {"chat/session_link.cpp", "ping_size", "sends # PINGs in a packet"},
    {"chat/outbox.hpp", "max_unsettled", "number is # or more above the lowest that has no RESULT"},
    {"chatd/reception.hpp", "max_handshakes_per_turn", "At most # handshakes are answered in a turn"},
    {"chatd/cookies.cpp", "cookie_lifetime", "its key changes every # seconds"},
    {"chatd/session_hall.cpp", "reachable_for", "After # seconds without a packet"},
    {"chatd/session_hall.cpp", "typing_interval", "TYPING is told at most every # ms"},
    {"chatd/session_hall.cpp", "typing_lifetime", "forgotten after # s"},
    {"chatd/session_hall.cpp", "max_typing_members", "a room of more than #"},
    {"chatd/people.hpp", "max_names", "at most # names for a key"},
    {"chatd/people.hpp", "max_kept", "names for a key, and # in all"},
    {"chatd/people.hpp", "max_outboxes", "the last # outboxes of a key"},
    {"chatd/session_member.hpp", "max_ahead", "At most # events are under way"},
};

} // namespace

TEST_CASE("the manuals have every command of chat, every setting and every action of a key") {
    const auto chat = content_of("man/chat.1");
    for (const auto& command : chat::commands())
        CHECK_MESSAGE(chat.find("\n.It Ic /" + std::string(command.name)) != std::string::npos, command.name);
    const auto conf = content_of("man/chat.conf.5");
    for (const auto& setting : chat::settings())
        CHECK_MESSAGE(conf.find("\n.It Ic " + std::string(setting.name) + " ") != std::string::npos,
                      setting.name);
    for (const auto& action : chat::key_actions())
        CHECK_MESSAGE(std::regex_search(conf, std::regex("[ \n]" + std::string(action.name) + "( [,.]|\n)")),
                      action.name);
}

TEST_CASE("the manual's constants are the code's") {
    const auto text = manual();
    for (const auto& [path, name, words] : constants) {
        auto wanted = std::string(words);
        wanted.replace(wanted.find('#'), 1, value_of(path, name));
        CHECK_MESSAGE(text.find(wanted) != std::string::npos, name, ": ", wanted);
    }
}
