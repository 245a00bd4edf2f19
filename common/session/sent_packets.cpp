// SPDX-License-Identifier: MIT
#include "common/session/sent_packets.hpp"

#include "common/base/ensure.hpp"

#include <iterator>

namespace session {
namespace {

// So many may stay at the front before the others move up.
constexpr std::size_t most_gone = 2;

} // namespace

void SentPackets::add(Packet packet) {
    ensure(is_empty() || newest_number() < packet.number, "packet numbers grow");
    packets_.push_back(std::move(packet));
}

SentPackets::Packet SentPackets::take_oldest() {
    auto packet = std::move(*begin());
    begin()->is_gone = true;
    drop_gone();
    return packet;
}

std::vector<SentItem> SentPackets::clear() {
    std::vector<SentItem> items;
    for (auto next = begin(); next != packets_.end(); ++next)
        std::move(next->items.begin(), next->items.end(), std::back_inserter(items));
    packets_.clear();
    first_ = 0;
    return items;
}

std::size_t SentPackets::memory() const {
    std::size_t bytes = packets_.capacity() * sizeof(Packet);
    for (const auto& packet : packets_) bytes += packet.items.capacity() * sizeof(SentItem);
    return bytes;
}

void SentPackets::drop_gone() {
    while (!is_empty() && oldest().is_gone) ++first_;
    // Each packet moves up at most once for each that has gone.
    if (!is_empty() && (first_ < most_gone || 2 * first_ < packets_.size())) return;
    packets_.erase(packets_.begin(), begin());
    first_ = 0;
}

} // namespace session
