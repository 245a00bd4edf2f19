// SPDX-License-Identifier: MIT
// A bounded queue from several threads to one, which can wait for its descriptor.
#pragma once

#include "common/os/event_loop.hpp"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <mutex>
#include <utility>

namespace os {

template<class T>
class BoundedQueue {
  public:
    using MayDrop = bool (*)(const T&);
    static bool drop_any(const T&) { return true; }

    /// If `most` items wait already, the oldest that may be dropped makes room for a new one. Items that may
    /// not be dropped are kept beyond `most`: the threads that push them have to bound them.
    explicit BoundedQueue(std::size_t most, MayDrop may_drop = drop_any)
        : most_(most)
        , may_drop_(may_drop) {}

    void push(T item) {
        {
            const std::lock_guard lock(mutex_);
            if (items_.size() >= most_) make_room();
            items_.push_back(std::move(item));
        }
        wakeup_.signal();
    }

    struct Taken {
        std::deque<T> items;
        std::size_t dropped = 0; ///< since the last time
    };
    Taken drain() {
        wakeup_.clear();
        const std::lock_guard lock(mutex_);
        return {std::exchange(items_, {}), std::exchange(dropped_, 0)};
    }

    bool is_full() const {
        const std::lock_guard lock(mutex_);
        return items_.size() >= most_;
    }
    /// Readable when something was pushed since the last drain().
    int fd() const { return wakeup_.fd(); }
    /// Wakes the thread that waits, though there may be no item.
    void wake() const { wakeup_.signal(); }

  private:
    void make_room() {
        const auto oldest = std::find_if(items_.begin(), items_.end(), may_drop_);
        if (oldest == items_.end()) return;
        items_.erase(oldest);
        ++dropped_;
    }

    const std::size_t most_;
    const MayDrop may_drop_;
    Wakeup wakeup_;
    mutable std::mutex mutex_;
    std::deque<T> items_; ///< at most most_ that may be dropped
    std::size_t dropped_ = 0;
};

} // namespace os
