// SPDX-License-Identifier: MIT
// What the hub keeps for a classic member: where it is, and how much it may say and hear.
#pragma once

#include "chatd/admission/line_budgets.hpp"
#include "common/base/token_bucket.hpp"
#include "common/net/datagram.hpp"
#include "common/net/sent_marks.hpp"
#include "common/wire/event.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace chatd {

struct ClassicMember {
    wire::MemberId id;
    text::Name name;
    net::Path path;
    bool ends_lines = false;      ///< its datagrams end with a line end, so ours to it do
    std::string holder;           ///< its Source's
    LineBudget* budget = nullptr; ///< its address's, which it may share; none on the host's own machine
    bool is_leaving = false;      ///< it had its EXIT; what it said before is still waiting its turn
    Instant joined{};
    Instant heard{};
    TokenBucket speech;
    TokenBucket datagrams;              ///< its own: no stranger, however many, uses it up
    std::uint64_t skipped = 0;          ///< lines that it has not been told of yet
    std::uint64_t lost = 0;             ///< lines of its own that were refused, likewise
    std::vector<wire::Command> waiting; ///< over the flood limit; see LinesIn::max_waiting; and a Leave
    net::SentMarks<8> sent;             ///< the last datagrams to it
    std::optional<net::SentMark> asked; ///< whether it is there, because of such errors
    Instant asked_at{};
    int port_errors = 0; ///< that are believed, since it was heard last
};

} // namespace chatd
