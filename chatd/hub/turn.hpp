// SPDX-License-Identifier: MIT
// One turn of the host: what all who run a hub do, a daemon, a simulator or a test.
#pragma once

#include "chatd/hub/hub.hpp"
#include "chatd/room/room_log.hpp"
#include "common/base/time.hpp"

#include <functional>
#include <vector>

namespace chatd {

/// Goes on from what the hub was handed since the last turn: writes what is to be appended, applies what has
/// become durable, has all datagrams sent that came of it, and asks the log what members want to know.
/// `transmit` is called once: it sends what Hub::poll_transmit() has until there is no more. Entries get the
/// time `wall`. Returns what the admin is to know.
std::vector<Notice> run_turn(Hub& hub, RoomLog& log, Instant now, WallTime wall,
                             const std::function<void()>& transmit);

} // namespace chatd
