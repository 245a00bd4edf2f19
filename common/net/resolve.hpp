// SPDX-License-Identifier: MIT
// Looks host names up: the only place that may block on DNS.
#pragma once

#include "common/net/address.hpp"

#include <vector>

namespace net {

/// The addresses of a host name or literal, at least one. Throws std::runtime_error with a whole sentence.
std::vector<Address> resolve(const HostPort& where);

} // namespace net
