// SPDX-License-Identifier: MIT
// The way of a datagram through the simulated network, and what may be in it, and how much.
#include "tests/sim/world.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <utility>

namespace sim {
namespace {

namespace classic = wire::classic;

/// Sealed bytes say nothing; their size and number do.
std::string shown(const std::string& bytes) {
    const auto packet = wire::parse_packet(bytes);
    if (!packet) return text::escaped(bytes);
    std::string words = "packet " + std::to_string(packet->index()) + " of " + std::to_string(bytes.size());
    if (const auto* data = std::get_if<wire::Data>(&*packet))
        words += " number " + std::to_string(data->number);
    return words;
}

} // namespace

void World::check_number(const Flight& flight) {
    // The same packet may be sent again.
    const auto packet = wire::parse_packet(flight.bytes);
    if (const auto* data = packet ? std::get_if<wire::Data>(&*packet) : nullptr)
        CHECK_MESSAGE(numbers_.try_emplace({data->receiver, data->number}, flight.bytes).first->second ==
                          flight.bytes,
                      trace_);
}

void World::check_path(const net::Address& peer, std::string_view bytes) {
    auto& path = paths_[peer.to_string()];
    path.out += bytes.size();
    if (path.is_proven) return;
    if (actors_.contains(peer.to_string())) {
        if (auto& classic = paths_[peer.with_port(0).to_string()]; classic.classic_since) {
            // Its address can prove nothing: a budget for all that is there, and nothing raises it.
            constexpr std::size_t at_once = std::size_t{16} * 1024;
            constexpr std::size_t a_second = std::size_t{8} * 1024;
            const auto seconds = 1 + (now_ - *classic.classic_since) / std::chrono::seconds(1);
            // Answers are no larger than what they answer, but for a refusal a second.
            const bool is_answer =
                bytes == classic::welcome || bytes == classic::farewell ||
                (bytes.starts_with("chatd: ") && bytes.find(" skipped here") == std::string_view::npos);
            auto& out = is_answer ? classic.answers_out : classic.out;
            out += bytes.size();
            const auto bound = is_answer
                                   ? classic.in + classic::max_refusal * static_cast<std::size_t>(seconds)
                                   : at_once + a_second * static_cast<std::size_t>(seconds);
            CHECK_MESSAGE(out <= bound, peer.to_string(), " got ", out, trace_);
            return;
        }
        const auto bound = (path.has_data_come ? 3 : 1) * path.in;
        CHECK_MESSAGE(path.out <= bound, peer.to_string(), " got ", path.out, " for ", path.in, trace_);
        return;
    }
    const auto found = by_address_.find(peer.to_string());
    const bool is_encrypted =
        found != by_address_.end() &&
        dynamic_cast<const chat::SessionClient*>(members_[found->second]->link.get()) != nullptr;
    if (is_encrypted) CHECK_MESSAGE(path.out <= 3 * path.in, trace_);
}

void World::check_answer(const Flight& flight) {
    const auto peer = flight.peer.to_string();
    const auto packet = wire::parse_packet(flight.bytes);
    if (!packet || !std::holds_alternative<wire::Restarted>(*packet))
        return check_path(flight.peer, flight.bytes);
    // Three at its start; the others answer something.
    if (++restarts_told_[peer] <= 3) return;
    // Many keys may have been where one actor is.
    if (actors_.contains(peer)) {
        const auto most = 3 * options_.limits.sessions.address + paths_[peer].in / flight.bytes.size();
        CHECK_MESSAGE(static_cast<std::size_t>(restarts_told_[peer]) <= most, trace_);
        return;
    }
    // One for whoever greets another start of the host.
    CHECK_MESSAGE(restarts_told_[peer] <= 3 + hellos_[peer], trace_);
}

Duration World::queueing(std::size_t size) {
    if (network_.bytes_per_second == 0) return {};
    cable_free_ = std::max(cable_free_, now_) +
                  std::chrono::duration_cast<Duration>(std::chrono::duration<double>(
                      static_cast<double>(size) / static_cast<double>(network_.bytes_per_second)));
    return cable_free_ - now_;
}

void World::send(Flight flight) {
    if (tap_) tap_(flight.to_hub, flight.peer, flight.bytes);
    check_number(flight);
    if (flight.to_hub)
        flight.is_proof = paths_[flight.peer.to_string()].is_heard_at;
    else
        check_answer(flight);
    // Everybody's datagrams from the host go through one cable.
    Duration waited{};
    if (!flight.to_hub) {
        const auto queued = std::max(cable_free_ - now_, Duration());
        const auto limit = std::chrono::duration<double>(
            network_.bytes_per_second == 0
                ? 1e9
                : static_cast<double>(network_.queue_bytes) / static_cast<double>(network_.bytes_per_second));
        if (queued > limit) return note("no room for " + shown(flight.bytes));
        waited = queueing(flight.bytes.size());
    }
    send_on(std::move(flight), waited);
}

void World::send_on(Flight flight, Duration waited) {
    if (chance() < network_.loss || is_cut_off(flight)) return note("lost " + shown(flight.bytes));
    const int copies = chance() < network_.duplication ? 2 : 1;
    for (int i = 0; i < copies; ++i) {
        auto delay = network_.shortest_delay + waited;
        if (!flight.bytes.empty() && chance() < network_.corruption)
            flight.bytes[random_() % flight.bytes.size()] ^= static_cast<char>(1U << (random_() % 8));
        if (!network_.keeps_order())
            delay += Duration(static_cast<std::int64_t>(
                chance() * static_cast<double>((network_.longest_delay - network_.shortest_delay).count())));
        flights_.emplace(now_ + delay, flight);
    }
}

void World::deliver(Flight flight) {
    note((flight.to_hub ? "hub <- " : "<- ") + flight.peer.to_string() + " " + shown(flight.bytes));
    if (flight.is_icmp) {
        if (hub_) hub_->handle_port_unreachable(flight.peer, flight.bytes, now_);
        return;
    }
    if (flight.to_hub && !hub_ && flight.is_actors) return;
    if (flight.to_hub && !hub_) {
        const auto found = by_address_.find(flight.peer.to_string());
        auto* member = found == by_address_.end() ? nullptr : members_[found->second].get();
        if (member == nullptr || !member->link || !member->is_online) return;
        member->link->handle_port_closed(now_); // an ICMP error, as the machine sends it
        return step_member(*member);
    }
    auto& path = paths_[flight.peer.to_string()];
    if (flight.to_hub) {
        path.in += flight.bytes.size();
        path.is_proven = path.is_proven || flight.is_proof;
        const auto packet = wire::parse_packet(flight.bytes);
        path.has_data_come = path.has_data_come || (packet && std::holds_alternative<wire::Data>(*packet));
        if (packet && std::holds_alternative<wire::Hello>(*packet)) ++hellos_[flight.peer.to_string()];
        if (!packet && classic::parse_request(flight.bytes)) {
            auto& host = paths_[flight.peer.with_port(0).to_string()];
            if (!host.classic_since) host.classic_since = now_;
            host.in += flight.bytes.size();
        }
        net::Datagram datagram;
        datagram.path.peer = flight.peer;
        datagram.path.local.interface_index = 2; // the cable; 1 is loopback
        datagram.bytes = flight.bytes;
        return hub_->handle_datagram(datagram, now_);
    }
    path.is_heard_at = true;
    if (const auto actor = actors_.find(flight.peer.to_string()); actor != actors_.end())
        return actor->second->handle_datagram(flight.peer, flight.bytes);
    const auto found = by_address_.find(flight.peer.to_string());
    if (found == by_address_.end()) return;
    auto& member = *members_[found->second];
    if (!member.link) {
        if (flight.bytes.empty() || (flight.bytes.front() & 0x80) != 0) return;
        constexpr std::size_t quoted = 520; // of the payload, as Linux does it
        flights_.emplace(now_ + network_.shortest_delay,
                         Flight{true, flight.peer, flight.bytes.substr(0, quoted), true});
        return;
    }
    member.link->handle_datagram(flight.bytes, now_);
    step_member(member);
}

bool World::is_cut_off(const Flight& flight) const {
    const auto found = by_address_.find(flight.peer.to_string());
    if (found == by_address_.end()) return false;
    const auto& member = *members_[found->second];
    return member.is_silent || (member.is_deaf && !flight.to_hub);
}

double World::chance() {
    return std::uniform_real_distribution<double>(0, 1)(random_);
}

} // namespace sim
