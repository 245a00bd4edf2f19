// SPDX-License-Identifier: MIT
// One member says a line, N encrypted members hear it: chatd's CPU for each delivery (with the
// acknowledgements that come back), latency until all have it, memory for each member. Prints figures, judges
// nothing.
//
//   bench_sessions [MEMBERS [LINES]]
#include "common/os/clock.hpp"
#include "tests/bench/bench.hpp"
#include "tests/bench/members.hpp"

#include <algorithm>

namespace {

using namespace bench;
using namespace std::chrono_literals;

constexpr std::size_t warm_up_lines = 20;

} // namespace

int main(int argc, char* argv[]) {
    const std::size_t count = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1000;
    const std::size_t lines = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 200;
    if (count < 2 || lines < 1) {
        std::fputs("usage: bench_sessions [MEMBERS [LINES]]\n", stderr);
        return EXIT_FAILURE;
    }
    raise_file_limit();
    const auto chatd = start_chatd();
    Members members(count, chatd.port);
    // A few first, so that what chatd needs once is not counted as a member's.
    constexpr std::size_t first = 10;
    for (std::size_t i = 0; i < std::min(first, count); ++i) members.join(i);
    members.settle();
    const auto memory_before = own_memory(chatd.pid);
    for (std::size_t i = first; i < count; ++i) members.join(i);
    members.settle();
    const auto memory_after = own_memory(chatd.pid);
    std::printf("%zu encrypted members, %zu lines, loopback, one process for all members\n", count, lines);

    const std::string said = "a line of the length that people type, about sixty bytes";
    Figures figures;
    long long cpu_before = 0;
    Instant begin{};
    for (std::size_t line = 0; line < warm_up_lines + lines; ++line) {
        if (line == warm_up_lines) {
            members.settle();
            cpu_before = cpu_time(chatd.pid);
            begin = os::monotonic_now();
        }
        const auto sent = os::monotonic_now();
        const auto wanted = members.heard() + count;
        members.say(0, said);
        if (!members.run_until([&] { return members.heard() >= wanted; }))
            figures.missing += wanted - members.heard();
        if (line >= warm_up_lines)
            figures.latencies_ms.push_back(
                std::chrono::duration<double, std::milli>(os::monotonic_now() - sent).count());
    }
    const double seconds = std::chrono::duration<double>(os::monotonic_now() - begin).count();
    members.settle();
    const auto deliveries = static_cast<double>(lines * count);
    figures.deliveries_per_second = deliveries / seconds;
    figures.cpu_per_delivery_us = static_cast<double>(cpu_time(chatd.pid) - cpu_before) / 1000.0 / deliveries;
    std::sort(figures.latencies_ms.begin(), figures.latencies_ms.end());
    print("chatd", figures);
    if (count > first)
        std::printf("memory a member: %lld bytes\n",
                    (memory_after - memory_before) / static_cast<long long>(count - first));
    stop(chatd.pid);
    return EXIT_SUCCESS;
}
