// SPDX-License-Identifier: MIT
// A stream sends a member one kind of thing. It keeps what has to be sent and what has not arrived yet; it
// does not know of the other streams, of packet numbers or of time.
#pragma once

#include "chatd/session/feed.hpp"
#include "common/session/packet_builder.hpp"
#include "common/wire/event.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace chatd {

/// The packet that the streams write to, one after the other, and the feed that they read.
struct Outgoing {
    session::PacketBuilder& packet;
    const Feed& feed;
    const wire::MemberId& reader;
    std::uint8_t kind = 0;   ///< the kind of the items of the stream that writes
    std::uint64_t lines = 0; ///< lines in the packet

    /// Adds a frame that carries `count` things from `first` on; the stream gives them their numbers.
    template<class Frame>
    bool add(const Frame& frame, std::uint64_t first = 0, std::uint64_t count = 1) {
        return packet.add(frame, session::SentItem{kind, first, count});
    }
};

template<class T>
concept Stream = requires(T stream, const T& kept, Outgoing& out, const session::SentItem& item) {
    /// Writes what is to be sent and fits. False if the streams after it have to wait for the next packet.
    { stream.write(out) } -> std::same_as<bool>;
    /// An item has arrived, or is lost and may have to be sent again.
    stream.on_acked(item);
    stream.on_lost(item);
    /// Bytes of memory, about, besides its own size.
    { kept.memory() } -> std::same_as<std::size_t>;
};

/// Bytes, about, of a node of a std::map or std::set of small values.
inline constexpr std::size_t node_size = 64;

} // namespace chatd
