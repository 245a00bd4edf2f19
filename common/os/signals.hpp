// SPDX-License-Identifier: MIT
#pragma once

#include "common/os/descriptor.hpp"

#include <initializer_list>

namespace os {

/// Signals as reads (signalfd). Make it before any thread starts, so that all threads have the signals
/// blocked.
class SignalDescriptor {
  public:
    explicit SignalDescriptor(std::initializer_list<int> signals);
    int fd() const { return descriptor_.get(); }
    /// The next signal that has come; 0 if there is none.
    int read();

  private:
    Descriptor descriptor_;
};

} // namespace os
