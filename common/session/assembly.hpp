// SPDX-License-Identifier: MIT
#pragma once

#include "common/wire/frame.hpp"

#include <map>
#include <optional>
#include <string>

namespace session {

/// A message that comes in parts, in any order and more than once. Bounded by wire::max_message.
class Assembly {
  public:
    /// The whole message, once all of it is there. Parts that do not fit each other start it anew.
    std::optional<std::string> take(const wire::PartFrame& part) {
        if (part.total != total_) {
            total_ = part.total;
            parts_.clear();
        }
        parts_.emplace(part.offset, part.bytes);
        std::string whole;
        for (const auto& [offset, bytes] : parts_) {
            if (offset != whole.size()) return std::nullopt;
            whole += bytes;
        }
        return whole.size() == total_ ? std::optional(whole) : std::nullopt;
    }

  private:
    std::uint64_t total_ = 0;
    std::map<std::uint64_t, std::string> parts_;
};

} // namespace session
