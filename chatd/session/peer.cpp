// SPDX-License-Identifier: MIT
#include "chatd/session/peer.hpp"

#include "common/base/sooner.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace chatd {
namespace {

/// The place of a type in a tuple.
template<class Kind, class... Kinds>
constexpr std::uint8_t place_of(const std::tuple<Kinds...>*) {
    std::uint8_t place = 0;
    static_cast<void>(((std::is_same_v<Kind, Kinds> || (++place, false)) || ...));
    return place;
}

} // namespace

void Peer::admit(const wire::WelcomeFrame& welcome, std::shared_ptr<const std::string> roster,
                 const Feed& feed) {
    stream<WelcomeStream>().begin(welcome, start_.name.view());
    stream<RosterStream>().begin(welcome.head, std::move(roster));
    stream<EventStream>().begin_at(welcome.start);
    stream<PresenceStream>().begin_at(feed.presences.end()); // the roster has what was before
    inbox_.go_on_behind(welcome.last_command);
}

void Peer::accept(const wire::SearchFrame& frame) {
    auto& matches = stream<MatchStream>();
    if (!is_admitted() || frame.number <= matches.number()) return;
    matches.begin(frame.number);
    search_ = std::make_unique<LogQuery>(LogQuery{.ticket = session().id(),
                                                  .first = frame.before,
                                                  .count = frame.count,
                                                  .is_search = true,
                                                  .needle = std::string(frame.needle),
                                                  .reader = start_.id,
                                                  .number = frame.number});
}

void Peer::add_result(const Room::Resolved& resolved, std::string reason) {
    inbox_.go_on_behind(resolved.number); // if the session before it has handed it on
    stream<ResultStream>().add(resolved, std::move(reason));
}

void Peer::accept(const wire::CommandFrame& frame) {
    if (is_admitted()) inbox_.accept(frame);
}

bool Peer::accept(const wire::PartFrame& part) {
    return !is_admitted() || inbox_.accept(part);
}

std::optional<wire::Sequence> Peer::take_wanted(const Feed& feed) {
    return is_admitted() ? stream<EventStream>().take_wanted(feed, start_.id) : std::nullopt;
}

template<class Handle>
void Peer::with_stream_of(const session::SentItem& item, Handle&& handle) {
    std::apply(
        [&](Stream auto&... streams) {
            std::uint8_t kind = 0;
            static_cast<void>(((kind++ == item.kind && (handle(streams), true)) || ...));
        },
        streams_);
}

void Peer::handle_acked(const std::vector<session::SentItem>& items) {
    for (const auto& item : items) with_stream_of(item, [&](Stream auto& one) { one.on_acked(item); });
}

void Peer::handle_lost(const std::vector<session::SentItem>& items) {
    for (const auto& item : items) with_stream_of(item, [&](Stream auto& one) { one.on_lost(item); });
}

void Peer::move() {
    start_.path = validation_.take_path();
    handle_lost(session().handle_new_path());
    is_ping_pending_ = true;
}

std::optional<Instant> Peer::next_deadline() const {
    return sooner(session().next_deadline(), validation_.next_deadline());
}

std::optional<net::OwnedDatagram> Peer::poll_transmit(const Feed& feed, Instant now, std::uint64_t& lines) {
    if (const auto challenge = validation_.poll_challenge(now))
        return net::OwnedDatagram{*challenge->path,
                                  session().seal_alone(wire::ChallengeFrame{challenge->token}), false};
    auto packet = session().begin_packet(now);
    if (!packet) return std::nullopt;
    Outgoing out{*packet, feed, start_.id};
    if (packet->room() > 0) fill(out);
    auto datagram = session().finish_packet(std::move(*packet), now);
    if (!datagram) return std::nullopt;
    lines += out.lines;
    return net::OwnedDatagram{start_.path, std::move(*datagram), true};
}

void Peer::fill(Outgoing& out) {
    if (std::exchange(is_ping_pending_, false)) out.packet.add(wire::PingFrame{});
    const auto& recovery = session().recovery();
    auto& events = stream<EventStream>();
    const bool is_idle = !events.has_lost() && !stream<WelcomeStream>().is_pending();
    if (out.packet.wants_answer() && is_admitted() && is_idle) handle_lost(recovery.oldest_items());
    const bool has_room = std::apply(
        [&](Stream auto&... streams) {
            std::uint8_t kind = 0;
            return ((out.kind = kind++, streams.write(out)) && ...);
        },
        streams_);
    // Where packets get lost, a packet with room in it carries again what has not arrived yet: that costs
    // nobody a datagram, and saves a round trip.
    if (has_room && events.has_written_new() && recovery.is_lossy()) {
        out.kind = place_of<EventStream>(&streams_);
        events.write_oldest(out);
    }
}

std::size_t Peer::memory() const {
    const auto owed =
        std::apply([](const Stream auto&... streams) { return (streams.memory() + ...); }, streams_);
    return sizeof *this + sizeof(session::Session) + validation_.memory() + inbox_.size() +
           node_size * inbox_.count() + owed + session().recovery().memory();
}

} // namespace chatd
