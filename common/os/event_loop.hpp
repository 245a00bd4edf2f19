// SPDX-License-Identifier: MIT
// Waits for descriptors, for a deadline, and for other threads. It reads the clock once per wake-up.
#pragma once

#include "common/base/time.hpp"
#include "common/os/clock.hpp"
#include "common/os/descriptor.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>

namespace os {

/// Wakes another thread's EventLoop (eventfd).
class Wakeup {
  public:
    Wakeup();
    int fd() const { return descriptor_.get(); }
    void signal() const;
    void clear() const;

  private:
    Descriptor descriptor_;
};

/// epoll with a handler for each descriptor, level-triggered. Used by one thread.
class EventLoop {
  public:
    using Handler = std::function<void(std::uint32_t events)>;

    EventLoop();
    /// Calls `handler` with what epoll says (EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP).
    /// Returns false for a descriptor that is always ready (a regular file), which epoll does not take.
    bool watch(int fd, std::uint32_t events, Handler handler);
    void change(int fd, std::uint32_t events);
    /// Safe to call from a handler, its own included.
    void forget(int fd);
    /// Waits until something is ready or `deadline` has come, and calls the handlers.
    void wait(std::optional<Instant> deadline);
    /// The time at which wait() woke up last.
    Instant now() const { return now_; }

  private:
    Instant now_ = monotonic_now();
    Descriptor epoll_;
    std::map<int, Handler> handlers_;
};

} // namespace os
