// SPDX-License-Identifier: MIT
#include "common/os/bounded_queue.hpp"

#include <doctest/doctest.h>

#include <poll.h>

#include <deque>
#include <thread>

namespace {

using Ints = std::deque<int>;

bool is_readable(int fd) {
    pollfd waited{fd, POLLIN, 0};
    return poll(&waited, 1, 0) == 1;
}

} // namespace

TEST_CASE("what is pushed comes out in order, and the descriptor tells of it") {
    os::BoundedQueue<int> queue(10);
    CHECK_FALSE(is_readable(queue.fd()));
    std::thread other([&] {
        for (int i = 0; i < 5; ++i) queue.push(i);
    });
    other.join();
    CHECK(is_readable(queue.fd()));
    CHECK(queue.drain().items == Ints{0, 1, 2, 3, 4});
    CHECK_FALSE(is_readable(queue.fd()));
    CHECK(queue.drain().items.empty());
    queue.wake();
    CHECK(is_readable(queue.fd()));
}

TEST_CASE("what there is no room for pushes the oldest out, and is counted once") {
    os::BoundedQueue<int> queue(3);
    for (int i = 0; i < 5; ++i) queue.push(i);
    CHECK(queue.is_full());
    auto taken = queue.drain();
    CHECK(taken.items == Ints{2, 3, 4});
    CHECK(taken.dropped == 2);
    CHECK_FALSE(queue.is_full());
    queue.push(5);
    taken = queue.drain();
    CHECK(taken.items == Ints{5});
    CHECK(taken.dropped == 0);
}

TEST_CASE("what may not be dropped stays, whatever comes") {
    os::BoundedQueue<int> queue(3, [](const int& item) { return item >= 10; });
    for (const int item : {1, 10, 2, 11, 3, 4}) queue.push(item);
    const auto taken = queue.drain();
    CHECK(taken.items == Ints{1, 2, 3, 4});
    CHECK(taken.dropped == 2);
}
