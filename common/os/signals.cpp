// SPDX-License-Identifier: MIT
#include "common/os/signals.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>

namespace os {
namespace {

sigset_t set_of(std::initializer_list<int> signals) {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : signals) sigaddset(&set, signal);
    return set;
}

} // namespace

SignalDescriptor::SignalDescriptor(std::initializer_list<int> signals) {
    const auto set = set_of(signals);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    descriptor_ = Descriptor(signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
    if (!descriptor_) fail("cannot watch for signals");
}

int SignalDescriptor::read() {
    signalfd_siginfo info{};
    return ::read(fd(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)
               ? static_cast<int>(info.ssi_signo)
               : 0;
}

SignalsPutOff::SignalsPutOff(std::initializer_list<int> signals) {
    const auto set = set_of(signals);
    pthread_sigmask(SIG_BLOCK, &set, &before_);
}

SignalsPutOff::~SignalsPutOff() {
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

} // namespace os
