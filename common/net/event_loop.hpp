// SPDX-License-Identifier: MIT
// Waiting: for descriptors, for a deadline, for signals, for another thread. One clock reading per wake-up.
#pragma once

#include "common/time.hpp"

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>

namespace net {

/// A file descriptor that closes itself.
class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int fd)
        : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept;
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor();

    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }

  private:
    int fd_ = -1;
};

Instant monotonic_now();
WallTime wall_now();

/// Signals as reads (signalfd). Made before any thread starts, so that all of them have the signals blocked.
class SignalDescriptor {
  public:
    explicit SignalDescriptor(std::initializer_list<int> signals);
    int fd() const { return descriptor_.get(); }
    /// The next signal that is there; 0 for none.
    int read();

  private:
    Descriptor descriptor_;
};

/// Becomes readable when the system's wall clock is set (timerfd).
class ClockWatch {
  public:
    ClockWatch();
    int fd() const { return descriptor_.get(); }
    /// Until the next time.
    void rearm() const;

  private:
    Descriptor descriptor_;
};

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
    /// When wait() woke up last.
    Instant now() const { return now_; }

  private:
    Instant now_ = monotonic_now();
    Descriptor epoll_;
    std::map<int, Handler> handlers_;
};

} // namespace net
