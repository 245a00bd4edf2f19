// SPDX-License-Identifier: MIT
// The test vectors of chat-protocol(7): a member joins and says a line, with every secret fixed. The manual's
// hexadecimal digits are what the shipped code makes of them.
#include "common/session/room_password.hpp"
#include "common/session/session.hpp"
#include "common/wire/message.hpp"
#include "common/wire/packet.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/seeded_random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <numeric>
#include <string>
#include <utility>
#include <variant>
#include <vector>

using session::Handshake;
using session::KeyPair;
using session::RoomPasswordExchange;
using test::to_hex;

namespace {

/// Bytes that count up from `first`.
template<std::size_t Size>
std::array<std::uint8_t, Size> counting(int first) {
    std::array<std::uint8_t, Size> bytes{};
    std::iota(bytes.begin(), bytes.end(), static_cast<std::uint8_t>(first));
    return bytes;
}

template<std::size_t Size>
std::string counting_bytes(int first) {
    const auto bytes = counting<Size>(first);
    return {bytes.begin(), bytes.end()};
}

KeyPair pair_from(int first) {
    return KeyPair::from(*session::SecretKey::from(counting_bytes<32>(first)));
}

std::uint64_t number_from(int first) {
    std::uint64_t number = 0;
    for (int i = 8; i-- > 0;) number = number << 8 | static_cast<std::uint64_t>(first + i);
    return number;
}

/// A scalar that is below the group's order already, so that reducing it leaves it.
std::string scalar_from(int first) {
    auto bytes = counting_bytes<32>(first);
    bytes.back() = '\x0f';
    return bytes;
}

/// Says these bytes, and then zeros.
class FixedRandom final : public Random {
  public:
    explicit FixedRandom(std::string bytes)
        : bytes_(std::move(bytes)) {}
    void fill(void* bytes, std::size_t count) override {
        std::fill_n(static_cast<char*>(bytes), count, '\0');
        const auto front = std::min(count, bytes_.size());
        std::copy_n(bytes_.begin(), front, static_cast<char*>(bytes));
        bytes_.erase(0, front);
    }

  private:
    std::string bytes_;
};

constexpr const char* room_password = "mast and sail";

std::string frames_of_host(const KeyPair& client) {
    const auto name = *text::Name::parsed("anna");
    const auto fingerprint = session::fingerprint_of(client.public_key);
    const WallTime time{std::chrono::milliseconds(1'795'132'800'000)};
    wire::WelcomeFrame welcome;
    welcome.log_id = counting<16>(0x51);
    welcome.head = welcome.start = 1;
    welcome.name = name.view();
    const auto roster = wire::encode(wire::Roster{{}, {{name, false, false, false, fingerprint}}});
    const auto joined = wire::encode(wire::Event{1, time, wire::Joined{{}, name, false, fingerprint}});
    std::string frames;
    wire::Writer writer(frames);
    write(writer, welcome);
    write(writer, wire::RosterFrame{1, 0, roster.size(), roster});
    write(writer, wire::EventsFrame{1, {joined}});
    return frames;
}

std::string frames_of_client() {
    const auto said = wire::encode(wire::Say{text::Text::from_untrusted("hello")});
    std::string frames;
    wire::Writer writer(frames);
    write(writer, wire::CommandFrame{1, said});
    return frames;
}

/// The next packet of `from`, with `frames` behind its ACK.
std::string packet_with(session::Session& from, const std::string& frames) {
    auto packet = from.begin_packet({});
    REQUIRE(packet);
    const auto parsed = wire::parse_frames(frames);
    REQUIRE(parsed);
    for (const auto& frame : *parsed) std::visit([&](const auto& one) { REQUIRE(packet->add(one)); }, frame);
    const auto datagram = from.finish_packet(std::move(*packet), {});
    REQUIRE(datagram);
    return *datagram;
}

void deliver(const std::string& packet, session::Session& to) {
    const auto parsed = wire::parse_packet(packet);
    REQUIRE(parsed);
    const auto result = to.open(std::get<wire::Data>(*parsed), packet, {});
    CHECK(std::holds_alternative<std::unique_ptr<session::Session::Opened>>(result));
}

using Vectors = std::vector<std::pair<std::string, std::string>>; ///< label and bytes

/// What goes over the wire, and what one wants to see when it comes out otherwise.
Vectors conversation(bool has_password) {
    Vectors made;
    const auto client = pair_from(0x40);
    const auto host = pair_from(0x20);
    wire::RoomAnswer answer;
    std::copy_n("0123456789abcdef", answer.nonce.size(), answer.nonce.begin());
    answer.stamp = 1;
    answer.cookie = counting<16>(0x31);
    answer.members = 0;
    answer.has_password = has_password;
    answer.boot_id = number_from(0x41);
    answer.host_key = host.public_key.data;
    answer.room = "deck-3";
    answer.host = "ship-srv";
    made.emplace_back("ROOM", format(answer));
    const auto description = wire::describe(answer);
    const auto client_id = number_from(0x11);
    const auto host_id = number_from(0x21);
    const auto prologue = wire::handshake_prologue(description, client_id);
    made.emplace_back("prologue", prologue);

    FixedRandom client_random(scalar_from(0xa0) + std::string(32, '\0'));
    FixedRandom host_random(scalar_from(0xc0) + std::string(32, '\0'));
    const RoomPasswordExchange client_exchange(room_password, prologue, client_random);
    const RoomPasswordExchange host_exchange(room_password, prologue, host_random);
    Handshake initiator(Handshake::Role::initiator, client, pair_from(0x60), prologue);
    Handshake responder(Handshake::Role::responder, host, pair_from(0x80), prologue);

    const std::string share(has_password ? client_exchange.share().view() : std::string_view());
    const auto message_1 = *initiator.write(share);
    made.emplace_back("HELLO", format(wire::Hello{answer.stamp, answer.cookie, client_id,
                                                  session::short_digest(description), message_1}));
    CHECK(responder.read(message_1) == share);

    std::string payload;
    wire::Writer writer(payload);
    writer.u64(host_id);
    if (has_password) {
        const session::Cpace cpace(room_password, "chat/1 room key", prologue,
                                   *session::CpaceScalar::from(scalar_from(0xa0)));
        const auto isk = cpace.finish(session::Cpace::Role::initiator, host_exchange.share(), {}, {});
        const auto agreed = host_exchange.finish(session::Cpace::Role::responder, client_exchange.share());
        const auto same = client_exchange.finish(session::Cpace::Role::initiator, host_exchange.share());
        REQUIRE(isk);
        REQUIRE(agreed);
        REQUIRE(same);
        CHECK(same->pre_shared.view() == agreed->pre_shared.view());
        CHECK(same->proof == agreed->proof);
        initiator.set_pre_shared_key(same->pre_shared);
        responder.set_pre_shared_key(agreed->pre_shared);
        writer.bytes(host_exchange.share().view());
        writer.bytes({reinterpret_cast<const char*>(agreed->proof.data()), agreed->proof.size()});
        made.emplace_back("ISK", isk->view());
        made.emplace_back("psk", agreed->pre_shared.view());
    }
    made.emplace_back("payload 2", payload);
    const auto message_2 = *responder.write(payload);
    made.emplace_back("HOST", format(wire::HostAnswer{client_id, message_2}));
    CHECK(initiator.read(message_2) == payload);

    wire::JoinPayload join;
    join.name = "anna";
    join.outbox = number_from(0x61);
    join.attempt = 1;
    join.history = 50;
    made.emplace_back("payload 3", wire::encode(join));
    const auto message_3 = *initiator.write(wire::encode(join));
    made.emplace_back("JOIN", format(wire::JoinRequest{host_id, message_3}));
    CHECK(responder.read(message_3) == wire::encode(join));

    const auto keys = initiator.keys();
    made.emplace_back("to host", keys.send.view());
    made.emplace_back("to client", keys.receive.view());
    test::SeededRandom random(1);
    session::Session at_client(keys, client_id, host_id, random, {});
    session::Session at_host(responder.keys(), host_id, client_id, random, {});
    made.emplace_back("frames 1", frames_of_host(client));
    const auto first = packet_with(at_host, frames_of_host(client));
    made.emplace_back("DATA 1", first);
    deliver(first, at_client);
    const auto second = packet_with(at_client, frames_of_client());
    made.emplace_back("frames 2", test::from_hex("0100000000") + frames_of_client());
    made.emplace_back("DATA 2", second);
    deliver(second, at_host);
    return made;
}

/// The vectors of a subsection of the manual: a label, two spaces or more, and digits that go on in the next
/// lines.
std::map<std::string, std::string> vectors_of_manual(const std::string& subsection) {
    std::ifstream file(SOURCE_DIRECTORY "/man/chat-protocol.7");
    REQUIRE(file);
    std::map<std::string, std::string> found;
    bool is_there = false;
    bool is_literal = false;
    std::string label;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with(".Ss ")) is_there = line == ".Ss " + subsection;
        if (line.starts_with(".Bd")) is_literal = true;
        if (line.starts_with(".Ed")) is_literal = false;
        if (!is_there || !is_literal || line.starts_with('.')) continue;
        const auto gap = line.find("  ");
        REQUIRE(gap != std::string::npos);
        if (gap > 0) label = line.substr(0, gap);
        found[label] += line.substr(line.find_first_not_of(' ', gap));
    }
    return found;
}

/// As the manual has it.
std::string in_lines(const std::string& label, const std::string& digits) {
    constexpr std::size_t width = 56;
    constexpr std::size_t indent = 11;
    std::string out;
    for (std::size_t at = 0; at < digits.size(); at += width) {
        auto front = at == 0 ? label : std::string();
        front.resize(indent, ' ');
        out += front + digits.substr(at, width) + "\n";
    }
    return out;
}

void check(const std::string& subsection, bool has_password) {
    const auto manual = vectors_of_manual(subsection);
    const auto made = conversation(has_password);
    CHECK(manual.size() == made.size());
    for (const auto& [label, bytes] : made) {
        const auto found = manual.find(label);
        const bool is_same = found != manual.end() && found->second == to_hex(bytes);
        CHECK_MESSAGE(is_same, subsection, ": the code makes\n", in_lines(label, to_hex(bytes)));
    }
}

} // namespace

TEST_CASE("the manual's vectors for an open room are what the code makes") {
    check("Test vectors: an open room", false);
}

TEST_CASE("the manual's vectors for a room with a key are what the code makes") {
    check("Test vectors: a room with a key", true);
}

TEST_CASE("the manual's fixed keys are those that its vectors are made of") {
    const auto manual = vectors_of_manual("Test vectors: what is fixed");
    const std::map<std::string, std::string> made = {
        {"client", to_hex(counting_bytes<32>(0x40))},
        {"public c", to_hex(pair_from(0x40).public_key.view())},
        {"client e", to_hex(counting_bytes<32>(0x60))},
        {"host", to_hex(counting_bytes<32>(0x20))},
        {"public h", to_hex(pair_from(0x20).public_key.view())},
        {"host e", to_hex(counting_bytes<32>(0x80))},
        {"scalar c", to_hex(scalar_from(0xa0))},
        {"scalar h", to_hex(scalar_from(0xc0))},
    };
    CHECK(manual == made);
}
