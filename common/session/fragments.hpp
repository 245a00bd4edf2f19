// SPDX-License-Identifier: MIT
#pragma once

#include "common/wire/frame.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace session {

/// A message that comes in parts, in any order and more than once. It is cut every wire::part_size bytes and
/// nowhere else, so that it keeps no byte twice, and never more than its total.
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
