// SPDX-License-Identifier: MIT
// What is too large for a packet goes in parts of wire::part_size bytes: the Fragmenter knows which of them
// are to be sent, the Reassembly puts them together again.
#pragma once

#include "common/wire/frame.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace session {

/// The parts of one message on its way out: which are to be sent, and which have not arrived. It does not
/// keep the message, but its size only.
class Fragmenter {
  public:
    /// Of no message: nothing is to be sent.
    Fragmenter() = default;
    /// All parts are to be sent. One of no bytes has a part, too, so that the peer hears of it.
    explicit Fragmenter(std::uint64_t size)
        : end_(std::max<std::uint64_t>(size, 1)) {}
    /// Of a message that goes as one whatever its size.
    static Fragmenter undivided() { return Fragmenter(1); }

    /// The offset of the next part that is to be sent, lost ones first.
    std::optional<std::uint64_t> next() const {
        if (!lost_.empty()) return *lost_.begin();
        return next_ < end_ ? std::optional(next_) : std::nullopt;
    }
    /// The bytes of the part at `offset`, which is in `whole`.
    static std::string_view part_at(std::uint64_t offset, std::string_view whole) {
        return whole.substr(offset, wire::part_size);
    }

    /// What became of the part at `offset`, which next() gave.
    void on_sent(std::uint64_t offset) {
        if (lost_.erase(offset) > 0) return;
        unacked_.insert(offset);
        next_ = offset + wire::part_size;
    }
    void on_acked(std::uint64_t offset) {
        unacked_.erase(offset);
        lost_.erase(offset);
    }
    void on_lost(std::uint64_t offset) {
        if (unacked_.contains(offset)) lost_.insert(offset);
    }

    /// Whether all parts have arrived.
    bool has_arrived() const { return next_ >= end_ && unacked_.empty(); }
    /// Parts that it remembers: those under way, and those that were lost.
    std::size_t count() const { return unacked_.size() + lost_.size(); }

  private:
    std::uint64_t end_ = 0;
    std::uint64_t next_ = 0;          ///< the first part that was never sent
    std::set<std::uint64_t> unacked_; ///< offsets that were sent and have not arrived
    std::set<std::uint64_t> lost_;    ///< those of them that are to be sent again
};

/// A message that comes in parts, in any order and more than once. It is cut every wire::part_size bytes and
/// nowhere else, so that it keeps no byte twice, and takes no more memory than has arrived, whatever total is
/// announced.
class Reassembly {
  public:
    /// False for a part that is none of this message's: it begins off the grid, has another size than its
    /// place asks for, or tells another total than the first one did.
    bool accept(std::uint64_t offset, std::uint64_t total, std::string_view bytes) {
        if (!total_) total_ = total;
        if (total != *total_ || offset > total || offset % wire::part_size != 0) return false;
        if (bytes.size() != std::min<std::uint64_t>(wire::part_size, total - offset)) return false;
        if (bytes.empty() && total > 0) return false;
        if (parts_.try_emplace(offset, bytes).second) size_ += bytes.size();
        return true;
    }

    /// Once all of it is there.
    std::optional<std::string> whole() const {
        if (!total_ || size_ < *total_) return std::nullopt;
        std::string whole;
        whole.reserve(size_);
        for (const auto& [offset, bytes] : parts_) whole += bytes;
        return whole;
    }

    /// Bytes that it keeps.
    std::size_t size() const { return size_; }

  private:
    std::optional<std::uint64_t> total_;
    std::map<std::uint64_t, std::string> parts_; ///< by offset
    std::size_t size_ = 0;
};

} // namespace session
