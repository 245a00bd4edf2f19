// SPDX-License-Identifier: MIT
// A turn's lines for all classic members, and how far they have been sent: all of a member's before the next
// member's, so that its route and socket stay in the caches. It sends nothing itself.
#pragma once

#include "chatd/classic/classic_member.hpp"
#include "common/net/sent_marks.hpp"
#include "common/wire/event.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace chatd {

class LinesOut {
  public:
    using Members = std::unordered_map<net::Address, ClassicMember>;

    /// A line for all but its author; kept with a line end that members may not want.
    struct Line {
        std::string bytes;
        wire::MemberId author;
        net::SentMark mark;       ///< without the line end
        net::SentMark ended_mark; ///< with it
        std::string_view view(bool ends_lines) const {
            return std::string_view(bytes).substr(0, bytes.size() - (ends_lines ? 0 : 1));
        }
    };

    /// `secret` is that of marks.
    void add(std::string line, const wire::MemberId& author, std::uint64_t secret);
    /// That one gets the lines that come from now on: it has just joined.
    void begin_here(const wire::MemberId& member) { first_line_[member] = lines_.size(); }

    struct Next {
        ClassicMember& member;
        const Line& line;
    };
    /// The line to send next, and to whom; the same until pass(). Empty when all have been sent. None may
    /// join or be forgotten from the first call until clear().
    std::optional<Next> next(Members& members);
    void pass() { ++line_; }
    /// The turn is over.
    void clear();

  private:
    std::vector<Line> lines_;
    std::unordered_map<wire::MemberId, std::size_t> first_line_; ///< of members that joined in this turn
    bool has_begun_ = false;
    Members::iterator member_;
    std::size_t line_ = 0;
};

} // namespace chatd
