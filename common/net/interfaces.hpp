// SPDX-License-Identifier: MIT
// The networks that this machine is on, and word of their changes.
#pragma once

#include "common/net/address.hpp"
#include "common/os/descriptor.hpp"

#include <vector>

namespace net {

/// The prefixes of all interfaces that are up (getifaddrs). Throws std::system_error.
std::vector<Prefix> interface_prefixes();

/// Tells when addresses come or go (rtnetlink). Throws std::system_error.
class InterfaceWatch {
  public:
    InterfaceWatch();
    /// Readable when something has changed.
    int fd() const { return descriptor_.get(); }
    void clear() const;

  private:
    os::Descriptor descriptor_;
};

} // namespace net
