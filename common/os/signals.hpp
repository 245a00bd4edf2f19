// SPDX-License-Identifier: MIT
#pragma once

#include "common/os/descriptor.hpp"

#include <csignal>
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

/// Lets signals wait while it lives, for what must not be left half done.
class SignalsPutOff {
  public:
    explicit SignalsPutOff(std::initializer_list<int> signals);
    ~SignalsPutOff();
    SignalsPutOff(const SignalsPutOff&) = delete;
    SignalsPutOff& operator=(const SignalsPutOff&) = delete;

  private:
    sigset_t before_{};
};

} // namespace os
