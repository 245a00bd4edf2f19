// SPDX-License-Identifier: MIT
// Rosters on their way to members, each made once for all who come meanwhile, and the memory that they take.
#pragma once

#include "common/wire/event.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace chatd {

class RosterCache {
  public:
    /// The last event and the last change of presence that a roster knows.
    using AsOf = std::pair<wire::Sequence, std::uint64_t>;

    /// The roster as of then; `encode` makes its bytes if it is not on its way to somebody already.
    template<class Encode>
    std::shared_ptr<const std::string> newest(const AsOf& as_of, Encode encode) {
        if (auto newest = newest_.lock(); newest && as_of_ == as_of) return newest;
        const auto made = std::make_shared<Counted>(encode(), bytes_);
        std::shared_ptr<const std::string> newest(made, &made->bytes);
        newest_ = newest;
        as_of_ = as_of;
        return newest;
    }
    /// Bytes of all that are on their way.
    std::size_t bytes() const { return *bytes_; }

  private:
    /// Counts itself as long as it lives.
    struct Counted {
        std::string bytes;
        std::shared_ptr<std::size_t> total; ///< shared: a roster may live longer than the cache
        Counted(std::string encoded, std::shared_ptr<std::size_t> counter)
            : bytes(std::move(encoded))
            , total(std::move(counter)) {
            *total += bytes.size();
        }
        Counted(const Counted&) = delete;
        Counted& operator=(const Counted&) = delete;
        ~Counted() { *total -= bytes.size(); }
    };

    std::shared_ptr<std::size_t> bytes_ = std::make_shared<std::size_t>(0);
    std::weak_ptr<const std::string> newest_; ///< while it is on its way to somebody
    AsOf as_of_;
};

} // namespace chatd
