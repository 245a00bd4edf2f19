// SPDX-License-Identifier: MIT
// What hostile members ask for: more than is theirs, and what nobody may.
#include "tests/sim/hostile.hpp"

#include <string>
#include <utility>
#include <vector>

namespace sim {

using namespace std::chrono_literals;
using test::frames;

namespace {

std::string text_command(std::string_view text) {
    // As wire::encode() writes a Say, but with any bytes as its text.
    std::string out = wire::encode(wire::Say{text::Text::from_untrusted("x")}).substr(0, 1);
    wire::Writer(out).string(text);
    return out;
}

} // namespace

// ---- what it costs

bool send_overlapping_parts(Hostile& hostile) {
    // What is off the grid may end the session; whoever sends it comes again.
    const std::string piece(1000, 'p');
    for (int again = 0; again < 3; ++again) {
        if (!hostile.be_in()) return again > 0;
        const auto first = hostile.heard().welcome->last_command + 1;
        for (std::uint64_t i = 0; i < 1000 && hostile.is_in(); ++i) {
            const auto number = first + 1 + i % 30;
            hostile.put(frames(wire::PartFrame{true, number, i * 7 % 7000, wire::max_message, piece}));
            if (i % 20 == 0) hostile.wait(2ms);
        }
        hostile.wait(20ms);
    }
    hostile.close();
    return true;
}

bool search_without_end(Hostile& hostile) {
    if (!hostile.be_in()) return false;
    std::uint64_t number = 1'000'000 + hostile.random()() % 1'000'000;
    for (int i = 0; i < 20 && hostile.is_in(); ++i) {
        std::string inside;
        for (int more = 0; more < 67; ++more)
            inside += frames(wire::SearchFrame{++number, wire::max_varint, 200, "zz"});
        hostile.put(inside.substr(0, wire::max_packet - 40 - (wire::max_packet - 40) % (inside.size() / 67)));
        hostile.wait(20ms);
    }
    return true;
}

bool change_outboxes(Hostile& hostile) {
    for (std::uint64_t i = 0; i < 12; ++i) {
        auto payload = hostile.payload("mallory");
        payload.outbox = hostile.random()();
        if (!hostile.join(payload)) return i > 1;
        for (int line = 0; line < 12; ++line) hostile.say(hostile.words());
        hostile.wait(20ms);
    }
    return true;
}

// ---- names and words

bool look_like_others(Hostile& hostile) {
    auto& other = hostile.accomplice();
    if (!hostile.be_in("aiice") || !other.be_in("zed")) return false;
    hostile.rename("aIice");
    hostile.wait(200ms);
    hostile.rename("nobody" + std::to_string(hostile.random()() % 1000));
    hostile.wait(200ms);
    other.rename("alice");
    hostile.wait(200ms);
    hostile.rename("вob"); // its first letter is Cyrillic
    hostile.wait(200ms);
    hostile.rename("vob" + std::to_string(hostile.random()() % 1000));
    other.rename("bob");
    hostile.wait(200ms);
    other.close();
    return true;
}

bool send_bad_commands(Hostile& hostile) {
    if (!hostile.be_in()) return false;
    const auto name = text::Name::parsed("someone").value();
    const std::vector<std::string> bad = {
        text_command(""),
        text_command(" "),
        text_command("\x1b]0;owned\x07"),
        text_command("a\xE2\x80\xAE"
                     "b"),
        text_command("\xC3"),
        text_command(std::string(wire::max_text + 1, 'x')),
        std::string("\xFF"),
        std::string("\x05\x01:"),
        wire::encode(wire::Join{name, false}),
        wire::encode(wire::Leave{}),
        wire::encode(wire::Kick{wire::host_id, {}}),
        wire::encode(wire::Shout{text::Text::from_untrusted("shouted")}),
        wire::encode(wire::Whisper{name, text::Text::from_untrusted("hi")}) + "x",
    };
    for (const auto& bytes : bad) {
        hostile.command(bytes);
        hostile.wait(250ms);
        if (!hostile.is_in()) break;
    }
    hostile.put(frames(wire::CommandFrame{wire::max_varint, text_command("far")}));
    hostile.put(
        frames(wire::CommandFrame{hostile.heard().welcome->last_command + 5000, text_command("far")}));
    hostile.wait(100ms);
    return true;
}

} // namespace sim
