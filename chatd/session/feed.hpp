// SPDX-License-Identifier: MIT
// All that is made once for all members of a room: the newest events, changes of the roster that are not in
// the log, and the members who are typing.
#pragma once

#include "chatd/session/event_cache.hpp"
#include "common/wire/event.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace chatd {

struct Typist {
    wire::MemberId id;
    std::string name;
    Instant until{}; ///< it is forgotten then, unless it is told again
};

struct Feed {
    static constexpr std::size_t max_events = 65536;
    static constexpr std::size_t max_event_bytes = std::size_t{16} << 20;
    static constexpr std::size_t max_presences = 4096;
    static constexpr std::size_t max_presence_bytes = std::size_t{1} << 20;

    EventCache events{max_events, max_event_bytes};
    EventCache presences{max_presences, max_presence_bytes}; ///< roster entries, numbered from 1
    std::vector<Typist> typists;                             ///< at most wire::max_typing
};

} // namespace chatd
