// SPDX-License-Identifier: MIT
// Members of the classic protocol as the parts of their server see them.
#pragma once

#include "chatd/classic/lines_out.hpp"
#include "tests/support/hub_harness.hpp"

#include <cstdint>
#include <initializer_list>

namespace test {

inline net::Address address_of_member(std::uint64_t number) {
    return address("10.0.0.2", static_cast<std::uint16_t>(5000 + number));
}

/// Each has one of these numbers as its id.
inline chatd::LinesOut::Members members_of(std::initializer_list<std::uint64_t> numbers) {
    chatd::LinesOut::Members members;
    for (const auto number : numbers) {
        const auto peer = address_of_member(number);
        members.emplace(peer, chatd::ClassicMember{.id = wire::MemberId::classic(number),
                                                   .name = *text::Name::parsed("somebody"),
                                                   .path = {peer, {}},
                                                   .holder = {},
                                                   .speech = {},
                                                   .datagrams = {},
                                                   .waiting = {},
                                                   .sent = {},
                                                   .asked = {}});
    }
    return members;
}

} // namespace test
