// SPDX-License-Identifier: MIT
// One turn of the host. The daemon, the simulator and the tests all run a hub by it.
#pragma once

#include "chatd/hub/hub.hpp"
#include "chatd/room/room_log.hpp"
#include "common/base/time.hpp"

#include <functional>
#include <vector>

namespace chatd {

/// Works on all that the hub was handed since the last turn: writes the new entries to the log, applies those
/// that have become durable, has the datagrams sent, and asks the log for what members look for. `transmit`
/// is called once: it sends what Hub::poll_transmit() gives until there is no more. Entries get the time
/// `wall`. Returns the notices for the admin.
std::vector<Notice> run_turn(Hub& hub, RoomLog& log, Instant now, WallTime wall,
                             const std::function<void()>& transmit);

} // namespace chatd
