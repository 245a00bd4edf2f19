// SPDX-License-Identifier: MIT
// The members who are typing, and when the others are told of them. A typist is soon forgotten, unless it is
// told again.
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
    /// `list` is the list that members are shown; it must outlive this.
    explicit Typists(std::vector<Typist>& list)
        : list_(list) {}

    /// The member types, or types no more.
    void handle(const wire::MemberId& member, std::string_view name, bool is_typing, Instant now);
    void forget(const wire::MemberId& member);
    /// Whether to tell members the list now.
    bool drain_news(Instant now);
    /// When drain_news() is to be called; empty if it need not be.
    std::optional<Instant> next_deadline() const;

  private:
    std::vector<Typist>& list_; ///< at most wire::max_typing
    bool is_news_ = false;
    Instant told_{};
};

} // namespace chatd
