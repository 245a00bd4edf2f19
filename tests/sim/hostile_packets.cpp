// SPDX-License-Identifier: MIT
// What hostile members do with packets: numbers, acknowledgements, and others' addresses.
#include "tests/sim/hostile.hpp"

#include <string>
#include <utility>
#include <vector>

namespace sim {

using namespace std::chrono_literals;
using test::ack_of;
using test::frames;

namespace {

/// Frames that take up room and ask for nothing.
std::string padding(std::size_t size) {
    return std::string(size, frames(wire::PingFrame{}).front());
}

} // namespace

// ---- acknowledgements and numbers

bool acknowledge_the_future(Hostile& hostile) {
    if (!hostile.be_in()) return false;
    hostile.put(ack_of(0, hostile.client().session()->newest() + 1'000'000));
    hostile.wait_until([&] { return hostile.heard().close.has_value(); });
    return true;
}

bool acknowledge_skipped_numbers(Hostile& hostile) {
    if (!hostile.be_in()) return false;
    // Whatever came, all numbers up to the newest are said to be here; over and over, since few are skipped.
    for (int i = 0; i < 400 && hostile.is_in(); ++i) {
        hostile.put(frames(wire::PingFrame{}) + ack_of(0, hostile.client().session()->newest()));
        hostile.wait(50ms);
    }
    return true;
}

bool claim_enormous_delays(Hostile& hostile) {
    if (!hostile.be_in()) return false;
    hostile.is_well_behaved = false;
    for (int i = 0; i < 10 && hostile.is_in(); ++i) {
        hostile.say(hostile.words());
        hostile.wait(20ms);
        const auto newest = hostile.client().session()->newest_eliciting();
        // The first byte of an ACK, then the largest number and a delay that, counted in nanoseconds, does
        // not fit what it is counted in.
        auto inside = ack_of(newest, newest).substr(0, 1);
        wire::Writer writer(inside);
        writer.varint(newest);
        writer.varint(i % 2 == 0 ? std::uint64_t{1} << 57 : wire::max_varint);
        writer.varint(0);
        writer.varint(0);
        hostile.put(inside);
        hostile.wait(20ms);
    }
    hostile.is_well_behaved = true;
    return true;
}

bool never_acknowledge(Hostile& hostile) {
    if (!hostile.be_in()) return false;
    hostile.is_well_behaved = false;
    for (int i = 0; i < 20; ++i) {
        hostile.put(padding(100));
        hostile.wait(100ms);
    }
    hostile.is_well_behaved = true;
    return true;
}

bool number_packets_at_will(Hostile& hostile) {
    if (!hostile.be_in()) return false;
    auto& session = *hostile.client().session();
    const auto again = session.packet(frames(wire::PingFrame{}));
    for (const auto ahead : {1U, 7U, 100U, 1U, 100'000U}) {
        hostile.send(again);
        hostile.send(session.packet(frames(wire::PingFrame{}), session.next_number() + ahead));
        hostile.send(session.packet(padding(64), 0)); // another packet with a number that was used
        hostile.wait(20ms);
    }
    hostile.send(session.packet(padding(1), wire::max_varint));
    hostile.wait(20ms);
    session.go_on_at(session.next_number() + 200'000);
    hostile.close();
    hostile.change_key();
    return true;
}

// ---- addresses

bool move_to_a_victim_blind(Hostile& hostile) {
    if (!hostile.be_in()) return false;
    // Something to be found that is worth sending.
    for (int i = 0; i < 4; ++i) hostile.say(hostile.words() + std::string(7000, 'x'));
    hostile.wait(3s);
    auto& session = *hostile.client().session();
    const auto victim = hostile.victim();
    const auto from = session.newest();
    std::uint64_t wanted = 1'000'000 + hostile.random()() % 1'000'000;
    hostile.send_from(victim, session.packet(padding(100)));
    hostile.wait(20ms);
    // What the host has sent there since is guessed: one more packet each time.
    for (std::uint64_t i = 1; i < 40 && hostile.is_in(); ++i) {
        auto inside =
            ack_of(from + 1, from + i) + frames(wire::SearchFrame{++wanted, wire::max_varint, 200, "evil"});
        hostile.send_from(victim, session.packet(inside));
        hostile.wait(20ms);
    }
    hostile.wait(500ms);
    hostile.close();
    hostile.change_key();
    return true;
}

bool copy_what_others_send(Hostile& hostile) {
    auto& world = hostile.world();
    bool is_busy = false;
    int copied = 0;
    world.tap([&](bool to_hub, const net::Address& peer, const std::string& bytes) {
        const auto packet = wire::parse_packet(bytes);
        if (!to_hub || is_busy || peer == hostile.at() || !packet) return;
        is_busy = true;
        if (std::holds_alternative<wire::Data>(*packet)) {
            world.send_as(hostile, hostile.at(), bytes, true);
            ++copied;
        }
        is_busy = false;
    });
    hostile.wait(3s);
    world.tap({});
    return copied > 0;
}

bool forge_off_the_path(Hostile& hostile) {
    auto& world = hostile.world();
    for (int i = 0; i < 200; ++i) {
        std::string bytes(1, static_cast<char>(0x80 + hostile.random()() % 7));
        for (auto size = hostile.random()() % 200; size > 0; --size)
            bytes += static_cast<char>(hostile.random()());
        const auto member = hostile.random()() % world.member_count();
        if (i % 3 == 0) world.forge_to(member, bytes);
        hostile.send_from(i % 2 == 0 ? world.member(member).address : hostile.victim(), bytes);
        if (i % 20 == 0) hostile.wait(5ms);
    }
    return true;
}

bool forge_icmp(Hostile& hostile) {
    auto& world = hostile.world();
    for (std::size_t i = 0; i < world.member_count(); ++i) {
        if (!world.member(i).is_online || world.member(i).is_closed) continue;
        for (int again = 0; again < 20; ++again) world.forge_icmp(world.member(i).address);
        world.forge_icmp_to(i);
    }
    hostile.wait(100ms);
    return true;
}

bool forge_classic_joins(Hostile& hostile) {
    // Eight talk to each other, and none of them is there.
    std::vector<std::pair<net::Address, std::string>> forged;
    for (std::uint16_t port = 7000; port < 7008; ++port)
        forged.emplace_back(hostile.victim(port),
                            "f" + std::to_string(port) + "x" + std::to_string(hostile.random()() % 1000));
    for (const auto& [source, name] : forged) hostile.send_from(source, "L " + name);
    hostile.wait(50ms);
    for (int line = 0; line < 15; ++line) {
        for (const auto& [source, name] : forged)
            hostile.send_from(source, "C " + name + " " + hostile.words() + std::string(800, 'x'));
        hostile.wait(100ms);
    }
    hostile.wait(1s);
    for (const auto& [source, name] : forged) hostile.send_from(source, "Q " + name);
    return true;
}

} // namespace sim
