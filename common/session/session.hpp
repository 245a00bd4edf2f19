// SPDX-License-Identifier: MIT
// One side of a sealed conversation over datagrams that may be lost, doubled, delayed and forged. It numbers,
// seals and opens packets, refuses replays, acknowledges, and says which of the owner's contents arrived and
// which are to be sent again, made afresh. No I/O and no clock: bytes and a time go in; bytes and the next
// deadline come out. It does not know what a room is.
#pragma once

#include "common/base/random.hpp"
#include "common/base/time.hpp"
#include "common/session/crypto.hpp"
#include "common/session/noise.hpp"
#include "common/session/packet_builder.hpp"
#include "common/session/packet_numbers.hpp"
#include "common/session/ranges.hpp"
#include "common/session/recovery.hpp"
#include "common/wire/frame.hpp"
#include "common/wire/packet.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace session {

class Session {
  public:
    /// Packets are never numbered above this: then the keys have to be renewed.
    static constexpr std::uint64_t max_packets = std::uint64_t{1} << 32;
    /// Whoever steals a key later reads no more than was said in this time.
    static constexpr Duration key_lifetime = std::chrono::hours(2);

    /// `random` must outlive it.
    Session(const TrafficKeys& keys, wire::SessionId ours, wire::SessionId theirs, Random& random,
            Instant now);

    struct Opened {
        std::string bytes;               ///< what the frames' views are into; moving it keeps them
        std::vector<wire::Frame> frames; ///< without ACK and PING, which are the session's own matter
        std::vector<SentItem> acked;
        std::vector<SentItem> lost;
        std::optional<std::uint64_t> newest_acked; ///< the highest number that was acknowledged only now
        bool is_newest = false; ///< the highest number so far: its source address is where the peer is
    };
    enum class Fault {
        not_genuine, ///< forged, for another session, or older than what is remembered; ignore it
        replayed,    ///< come before; ignore it
        malformed,   ///< sealed by the peer and against the protocol; close the session
    };
    /// Takes in a packet whose receiver is this session. `packet` is all of the datagram that `data` was read
    /// from.
    std::variant<std::unique_ptr<Opened>, Fault> open(const wire::Data& data, std::string_view packet,
                                                      Instant now);

    /// What is inside a packet that is genuine and new, without taking it in: as if it had not come.
    std::optional<std::string> peek(const wire::Data& data, std::string_view packet) const;
    /// Whether so many packets have left that its keys have to go; their owner ends it then.
    bool is_worn_out() const { return numbers_.next() >= max_packets - max_packets / 4; }

    /// Room in a packet for the owner's frames.
    static constexpr std::size_t max_payload = wire::max_packet - wire::data_header - seal_overhead;
    /// Begins the next packet, with what is to be acknowledged. Its owner adds frames while there is room(),
    /// and hands it to finish_packet(). Its datagram is no larger than `limit`, which is at least
    /// least_packet. Nothing if the session sends no more.
    std::optional<PacketBuilder> begin_packet(Instant now, std::size_t limit = wire::max_packet);
    /// The datagram to send; nothing if there is nothing in the packet that has to leave now.
    std::optional<std::string> finish_packet(PacketBuilder packet, Instant now);
    /// Header, tag, a short ACK and a PING.
    static constexpr std::size_t least_packet = 64;

    /// What is lost by now; then begin_packet() gives probes.
    std::vector<SentItem> handle_deadline(Instant now);
    std::optional<Instant> next_deadline() const;

    /// A packet for `frame` alone, which is neither acknowledged nor sent again: a CHALLENGE, or a RESPONSE.
    template<class Frame>
    std::string seal_alone(const Frame& frame) {
        std::string packet(wire::data_header, '\0');
        wire::Writer writer(packet);
        write(writer, frame);
        return seal_packet(std::move(packet));
    }
    /// The peer is somewhere else: what is under way there does not come. Returns what that was; what is
    /// known of the way is forgotten (RFC 9000, section 9.4).
    std::vector<SentItem> handle_new_path() { return recovery_.handle_new_path(); }

    /// A last packet that says why; nothing is sent after it.
    std::string close(const wire::CloseFrame& frame);

    wire::SessionId id() const { return ours_; }
    /// When new keys are due, by their age or by the packets sealed with them.
    Instant renewal_due() const {
        return numbers_.next() < max_packets / 2 ? began_ + key_lifetime : Instant{};
    }
    Instant heard() const { return heard_; }
    const Recovery& recovery() const { return recovery_; }

  private:
    bool must_acknowledge(Instant now) const;
    void add_ack(PacketBuilder& packet, Instant now);
    /// `packet` begins with room for the header.
    std::string seal_packet(std::string packet);

    TrafficKeys keys_;
    wire::SessionId ours_;
    wire::SessionId theirs_;
    Recovery recovery_;
    PacketNumbers numbers_;

    Ranges received_;
    std::optional<std::uint64_t> largest_received_;
    Instant largest_received_at_{};
    int unacknowledged_ = 0; ///< eliciting packets since the last ACK
    bool is_ack_urgent_ = false;
    std::optional<Instant> ack_due_;
    Instant began_;
    Instant heard_;
    bool is_closed_ = false;
};

} // namespace session
