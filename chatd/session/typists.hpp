// SPDX-License-Identifier: MIT
// Who types at present, and when members are told of it. It is forgotten soon, unless it is heard again.
#pragma once

#include "chatd/session/feed.hpp"
#include "common/base/time.hpp"
#include "common/wire/event.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace chatd {

class Typists {
  public:
    /// `list` is what members are shown; it must outlive this.
    explicit Typists(std::vector<Typist>& list)
        : list_(list) {}

    /// That one types, or types no more.
    void handle(const wire::MemberId& member, std::string_view name, bool is_typing, Instant now);
    void forget(const wire::MemberId& member);
    /// Whether members are to be told anew, now.
    bool drain_news(Instant now);
    /// When drain_news() has something to do.
    std::optional<Instant> next_deadline() const;

  private:
    std::vector<Typist>& list_; ///< at most wire::max_typing
    bool is_news_ = false;
    Instant told_{};
};

} // namespace chatd
