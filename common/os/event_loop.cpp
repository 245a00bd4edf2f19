// SPDX-License-Identifier: MIT
#include "common/os/event_loop.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <utility>

namespace os {

Wakeup::Wakeup()
    : descriptor_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (!descriptor_) fail("cannot make an event descriptor");
}

void Wakeup::signal() const {
    const std::uint64_t one = 1;
    // Fails only when the counter is full, and then the other side is awake anyway.
    [[maybe_unused]] const auto written = ::write(fd(), &one, sizeof one);
}

void Wakeup::clear() const {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(fd(), &count, sizeof count);
}

EventLoop::EventLoop()
    : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    if (!epoll_) fail("cannot make an epoll descriptor");
}

bool EventLoop::watch(int fd, std::uint32_t events, Handler handler) {
    epoll_event event{};
    event.events = events;
    event.data.fd = fd;
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
        if (errno == EPERM) return false;
        fail("cannot watch a descriptor");
    }
    handlers_[fd] = std::move(handler);
    return true;
}

void EventLoop::change(int fd, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.fd = fd;
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) != 0) fail("cannot watch a descriptor");
}

void EventLoop::forget(int fd) {
    epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
    handlers_.erase(fd);
}

void EventLoop::wait(std::optional<Instant> deadline) {
    timespec timeout{};
    if (deadline) {
        const auto left = std::max(Duration::zero(), *deadline - monotonic_now());
        const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
        timeout.tv_sec = seconds.count();
        timeout.tv_nsec = (left - seconds).count();
    }
    std::array<epoll_event, 16> ready{};
    const int count = epoll_pwait2(epoll_.get(), ready.data(), static_cast<int>(ready.size()),
                                   deadline ? &timeout : nullptr, nullptr);
    if (count < 0 && errno != EINTR) fail("cannot wait for events");
    now_ = monotonic_now();
    for (int i = 0; i < count; ++i) {
        const auto& event = ready.at(static_cast<std::size_t>(i));
        const auto found = handlers_.find(event.data.fd);
        if (found == handlers_.end()) continue; // forgotten by a handler before it
        const auto handler = found->second;     // a copy: it may forget itself
        handler(event.events);
    }
}

} // namespace os
