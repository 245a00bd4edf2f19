// SPDX-License-Identifier: MIT
// What the hub keeps for a classic member: where it is, and how much it may say and hear.
#pragma once

#include "common/net/datagram.hpp"
#include "common/token_bucket.hpp"
#include "common/wire/event.hpp"

#include <optional>
#include <variant>
#include <vector>

namespace chatd {

struct ClassicMember {
    wire::MemberId id;
    text::Name name;
    net::Path path;
    bool ends_lines = false; ///< its datagrams end with a line end, so ours to it do
    bool is_local = false;   ///< on the host's own machine: no source to be spoofed
    bool has_spoken = false; ///< more than its L came from that address
    bool is_leaving = false; ///< it had its EXIT; what it said before is still waiting its turn
    Instant heard{};
    TokenBucket speech;
    TokenBucket hearing;                ///< only while it has not spoken
    std::vector<wire::Command> waiting; ///< over the flood limit; at most Hub::max_waiting and a Leave
    int port_errors = 0;                ///< ICMP port unreachable since it was heard last
};

} // namespace chatd
