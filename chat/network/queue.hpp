// SPDX-License-Identifier: MIT
// A queue between two threads, with a descriptor to wait on.
#pragma once

#include "common/os/event_loop.hpp"

#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

namespace chat {

template<class Value>
class Queue {
  public:
    void push(Value value) {
        {
            const std::lock_guard lock(mutex_);
            values_.push_back(std::move(value));
        }
        wakeup_.signal();
    }
    std::size_t size() const {
        const std::lock_guard lock(mutex_);
        return values_.size();
    }
    /// All values that are there, the oldest first.
    std::vector<Value> drain_all() {
        wakeup_.clear();
        const std::lock_guard lock(mutex_);
        return std::exchange(values_, {});
    }
    /// Readable while there are values.
    int fd() const { return wakeup_.fd(); }

  private:
    os::Wakeup wakeup_;
    mutable std::mutex mutex_;
    std::vector<Value> values_;
};

} // namespace chat
