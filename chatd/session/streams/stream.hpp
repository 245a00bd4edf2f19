// SPDX-License-Identifier: MIT
// What a member is owed, one stream for each kind of thing. A stream keeps what has to be sent, and what has
// not arrived yet; it does not know of the other streams, of packet numbers or of time.
#pragma once

#include "chatd/session/feed.hpp"
#include "common/session/packet_builder.hpp"
#include "common/wire/event.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace chatd {

/// The packet that the streams write to, one after the other, and what of the room they read.
struct Outgoing {
    session::PacketBuilder& packet;
    const Feed& feed;
    const wire::MemberId& reader;
    std::uint8_t kind = 0;   ///< of the items of the stream that writes
    std::uint64_t lines = 0; ///< in the packet

    /// Adds a frame that carries `count` things from `first` on, by the numbers that the stream gives them.
    template<class Frame>
    bool add(const Frame& frame, std::uint64_t first = 0, std::uint64_t count = 1) {
        return packet.add(frame, session::SentItem{kind, first, count});
    }
};

template<class T>
concept Stream = requires(T stream, const T& kept, Outgoing& out, const session::SentItem& item) {
    /// Adds what is owed and fits. False if what comes behind this stream has to wait for the next packet.
    { stream.write(out) } -> std::same_as<bool>;
    /// What the packet carried has arrived, or is to be sent again.
    stream.on_acked(item);
    stream.on_lost(item);
    /// Bytes of memory besides its own size, about.
    { kept.memory() } -> std::same_as<std::size_t>;
};

/// Bytes of a tree's node with what is small in it.
inline constexpr std::size_t node_size = 64;

} // namespace chatd
