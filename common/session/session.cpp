// SPDX-License-Identifier: MIT
#include "common/session/session.hpp"

#include "common/base/ensure.hpp"
#include "common/base/sooner.hpp"

#include <utility>

namespace session {
namespace {

using namespace std::chrono_literals;

// An answer usually comes in this time, and carries the acknowledgement with it.
constexpr Duration ack_delay = 10ms;
// RFC 9000, section 13.2.2: every second packet is acknowledged at once.
constexpr int packets_an_ack = 2;
// What is so far behind the newest was acknowledged long ago: a window holds no more packets.
constexpr std::uint64_t ack_reach = 2048;

} // namespace

Session::Session(const TrafficKeys& keys, wire::SessionId ours, wire::SessionId theirs, Random& random,
                 Instant now)
    : keys_(keys)
    , ours_(ours)
    , theirs_(theirs)
    , numbers_(random)
    , received_(wire::max_ack_ranges)
    , began_(now)
    , heard_(now) {}

std::variant<std::unique_ptr<Session::Opened>, Session::Fault>
Session::open(const wire::Data& data, std::string_view packet, Instant now) {
    if (data.receiver != ours_ || data.number >= max_packets) return Fault::not_genuine;
    if (!received_.is_new(data.number)) return Fault::replayed;
    auto inside = peek(data, packet);
    if (!inside) return Fault::not_genuine;
    auto opened = std::make_unique<Opened>();
    opened->bytes = std::move(*inside);

    received_.insert(data.number);
    heard_ = now;
    opened->is_newest = !largest_received_ || data.number > *largest_received_;
    // A gap behind it, or in front of it, is news that the peer waits for.
    const bool is_in_order = data.number == (largest_received_ ? *largest_received_ + 1 : 0);
    if (opened->is_newest) {
        largest_received_ = data.number;
        largest_received_at_ = now;
    }

    auto frames = wire::parse_frames(opened->bytes);
    if (!frames) return Fault::malformed;
    bool is_eliciting = false;
    bool has_ack = false; // more than one says nothing that one could not, and costs as much again
    for (auto& frame : *frames) {
        is_eliciting = is_eliciting || wire::is_eliciting(frame);
        if (const auto* ack = std::get_if<wire::AckFrame>(&frame)) {
            if (std::exchange(has_ack, true) || !numbers_.were_sent(ack->intervals)) return Fault::malformed;
            auto outcome = recovery_.handle_ack(ack->intervals, ack->delay, now);
            if (outcome.newest) opened->newest_acked = outcome.newest;
            std::move(outcome.acked.begin(), outcome.acked.end(), std::back_inserter(opened->acked));
            std::move(outcome.lost.begin(), outcome.lost.end(), std::back_inserter(opened->lost));
        } else if (!std::holds_alternative<wire::PingFrame>(frame)) {
            opened->frames.push_back(std::move(frame));
        }
    }
    if (is_eliciting) {
        ++unacknowledged_;
        is_ack_urgent_ = is_ack_urgent_ || !is_in_order;
        if (!ack_due_) ack_due_ = now + ack_delay;
    }
    return opened;
}

std::optional<std::string> Session::peek(const wire::Data& data, std::string_view packet) const {
    std::string inside;
    if (data.receiver != ours_ || !received_.is_new(data.number) ||
        !session::open(keys_.receive, data.number, packet.substr(0, wire::data_header), data.sealed, inside))
        return std::nullopt;
    return inside;
}

std::optional<PacketBuilder> Session::begin_packet(Instant now, std::size_t limit) {
    if (is_closed_ || numbers_.next() >= max_packets) return std::nullopt;
    ensure(limit >= least_packet && limit <= wire::max_packet, "a packet has a size");
    PacketBuilder packet(limit - seal_overhead, recovery_.probes_due() > 0);
    if (unacknowledged_ > 0) add_ack(packet, now);
    // The window counts whole packets, so that many small ones are not held up by rounding.
    if (!recovery_.has_room_for(wire::max_packet)) packet.close();
    return packet;
}

std::optional<std::string> Session::finish_packet(PacketBuilder packet, Instant now) {
    if (packet.wants_answer() && packet.is_empty()) packet.add(wire::PingFrame{});
    const bool is_eliciting = !packet.is_empty();
    if (!is_eliciting && !must_acknowledge(now)) return std::nullopt;
    if (packet.has_front()) {
        unacknowledged_ = 0;
        is_ack_urgent_ = false;
        ack_due_.reset();
    }
    const auto number = numbers_.next();
    auto datagram = seal_packet(packet.release());
    if (is_eliciting) recovery_.handle_sent(number, datagram.size(), packet.release_items(), now);
    return datagram;
}

std::vector<SentItem> Session::handle_deadline(Instant now) {
    return recovery_.handle_deadline(now).lost;
}

std::optional<Instant> Session::next_deadline() const {
    if (is_closed_) return std::nullopt;
    return sooner(recovery_.deadline(), ack_due_);
}

std::string Session::close(const wire::CloseFrame& frame) {
    auto packet = seal_alone(frame);
    is_closed_ = true;
    return packet;
}

bool Session::must_acknowledge(Instant now) const {
    return unacknowledged_ >= packets_an_ack || (unacknowledged_ > 0 && is_ack_urgent_) ||
           (ack_due_ && *ack_due_ <= now);
}

void Session::add_ack(PacketBuilder& packet, Instant now) {
    wire::AckFrame frame;
    frame.delay = std::chrono::duration_cast<std::chrono::milliseconds>(now - largest_received_at_);
    frame.intervals.reserve(received_.intervals().size());
    for (auto next = received_.intervals().rbegin(); next != received_.intervals().rend(); ++next)
        if (next->last + ack_reach > *largest_received_) frame.intervals.push_back(*next);
    // Half of the room is left for what needs an answer itself. The newest intervals say most; the oldest go
    // where there is no room.
    const auto most = packet.room() / 2;
    while (!packet.add_front(frame, most)) frame.intervals.pop_back();
}

std::string Session::seal_packet(std::string packet) {
    const auto number = numbers_.take();
    ensure(number < max_packets, "no nonce is used twice");
    packet.replace(0, wire::data_header, wire::format_data_header(theirs_, number));
    seal_behind(keys_.send, number, packet, wire::data_header);
    return packet;
}

} // namespace session
