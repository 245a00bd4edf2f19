// SPDX-License-Identifier: MIT
// The ICMP errors that a UDP socket got, as values.
#pragma once

#include "common/net/address.hpp"

#include <functional>
#include <string_view>

namespace net {

/// Has the kernel keep them for drain_error_queue(). From then on any error may surface at a send or receive,
/// once, which then has done nothing. Throws std::system_error.
void keep_errors(int fd, int family);

/// Reads the error queue empty; calls `handle` with each peer whose port is said to be closed (ICMP port
/// unreachable) and the beginning of the datagram that the error quotes. It may be forged: see SentMarks.
void drain_error_queue(int fd,
                       const std::function<void(const Address& peer, std::string_view quote)>& handle);

/// How often in a row a call is tried again after an error that may have been another datagram's. A flood of
/// errors comes more slowly than these calls go.
inline constexpr int surfaced_errors = 4;

} // namespace net
