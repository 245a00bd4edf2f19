// SPDX-License-Identifier: MIT
// What it costs that nothing is shown before it is safe on the disk: accepted lines a second, and how long
// one takes, for 1, 10 and 100 members who each say the next line when the last one is accepted; how long a
// commit takes; how long a start on a million entries takes. Beside them a bare write and fsync on the same
// disk. Prints figures, judges nothing.
//
//   bench_log [DIRECTORY [ENTRIES]]
#include "chatd/log/sqlite_log.hpp"
#include "chatd/room/room.hpp"
#include "common/os/clock.hpp"
#include "common/os/random.hpp"
#include "common/wire/message.hpp"
#include "tests/bench/bench.hpp"
#include "tests/bench/members.hpp"

#include <poll.h>

#include <algorithm>
#include <filesystem>

namespace {

using namespace bench;
using namespace std::chrono_literals;

const std::string line = "a line of the length that people type, about sixty bytes";

double milliseconds(Duration duration) {
    return std::chrono::duration<double, std::milli>(duration).count();
}

/// Prints how many came a second and how long each took.
void print(const char* name, std::size_t count, Duration total, std::vector<double> each_ms) {
    std::sort(each_ms.begin(), each_ms.end());
    const auto at = [&](double share) {
        return each_ms[static_cast<std::size_t>(share * static_cast<double>(each_ms.size() - 1))];
    };
    std::printf("%-34s %8.0f a second   p50 %7.3f ms   p99 %7.3f ms\n", name,
                static_cast<double>(count) / std::chrono::duration<double>(total).count(), at(0.5), at(0.99));
}

void bare_syncs(const std::string& directory) {
    const auto file = directory + "/bare";
    const int fd = open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) fail("the file for the bare writes");
    std::vector<double> each;
    const auto begin = os::monotonic_now();
    constexpr std::size_t count = 500;
    for (std::size_t i = 0; i < count; ++i) {
        const auto before = os::monotonic_now();
        if (write(fd, line.data(), line.size()) < 0 || fsync(fd) != 0) fail("fsync");
        each.push_back(milliseconds(os::monotonic_now() - before));
    }
    print("write + fsync, no more", count, os::monotonic_now() - begin, std::move(each));
    close(fd);
}

wire::Entry entry(std::uint64_t number) {
    return {wire::MemberId::classic(1), os::wall_now(), wire::Say{text::Text::from_untrusted(line)}, 1,
            number};
}

/// Appends and waits until it is durable.
void commit(chatd::SqliteLog& log, std::vector<wire::Entry> batch) {
    auto left = batch.size();
    log.write({.entries = std::move(batch)});
    while (left > 0) {
        pollfd news{log.fd(), POLLIN, 0};
        poll(&news, 1, -1);
        left -= log.drain_news().committed.size();
    }
}

void commits(const std::string& directory, std::size_t lines_each) {
    os::SystemRandom random;
    chatd::SqliteLog log(directory + "/commits-" + std::to_string(lines_each) + ".db", {}, random);
    std::vector<double> each;
    constexpr std::size_t count = 500;
    const auto begin = os::monotonic_now();
    for (std::size_t i = 0; i < count; ++i) {
        std::vector<wire::Entry> batch;
        for (std::size_t j = 0; j < lines_each; ++j) batch.push_back(entry(i * lines_each + j + 1));
        const auto before = os::monotonic_now();
        commit(log, std::move(batch));
        each.push_back(milliseconds(os::monotonic_now() - before));
    }
    print(("a commit of " + std::to_string(lines_each) + (lines_each == 1 ? " line" : " lines")).c_str(),
          count, os::monotonic_now() - begin, std::move(each));
}

void talk(const std::string& directory, std::size_t talkers) {
    const auto state = directory + "/talk-" + std::to_string(talkers);
    const auto chatd = start_chatd(state.c_str());
    Members members(talkers, chatd.port);
    for (std::size_t i = 0; i < talkers; ++i) members.join(i);
    members.settle();
    const std::size_t lines_each = talkers == 1 ? 1000 : talkers == 10 ? 300 : 50;
    std::vector<double> each;
    std::vector<std::size_t> said(talkers, 1);
    const auto begin = os::monotonic_now();
    for (std::size_t i = 0; i < talkers; ++i) members.say(i, line);
    const bool is_done = members.run_until([&] {
        for (std::size_t i = 0; i < talkers; ++i) {
            auto& member = members.at(i);
            if (member.accepted < said[i] || each.size() == talkers * lines_each) continue;
            each.push_back(milliseconds(os::monotonic_now() - member.said));
            if (said[i] == lines_each) {
                said[i] = lines_each + 1; // it is done
                continue;
            }
            ++said[i];
            members.say(i, line);
        }
        return each.size() == talkers * lines_each;
    });
    const auto total = os::monotonic_now() - begin;
    if (!is_done) std::printf("of %zu lines only ", talkers * lines_each);
    const auto accepted = each.size();
    const auto name =
        "accepted, " + std::to_string(talkers) + (talkers == 1 ? " member talks" : " members talk");
    print(name.c_str(), accepted, total, std::move(each));
    stop(chatd.pid);
}

void start_on(const std::string& directory, std::size_t entries) {
    const auto state = directory + "/million";
    {
        os::SystemRandom random;
        chatd::SqliteLog log(state + "/bench.db", {}, random);
        chatd::Room room;
        constexpr std::size_t at_once = 5000;
        wire::Sequence sequence = 0;
        while (sequence < entries) {
            std::vector<wire::Entry> batch;
            std::vector<chatd::KeptEvent> events;
            for (std::size_t i = 0; i < at_once && sequence < entries; ++i) {
                auto next = sequence == 0 ? wire::Entry{wire::MemberId::classic(1), os::wall_now(),
                                                        wire::Join{*text::Name::parsed("ann"), true}}
                                          : entry(sequence);
                const auto result = room.apply({++sequence, next});
                events.push_back({sequence, wire::encode(std::get<wire::Event>(result))});
                batch.push_back(std::move(next));
            }
            commit(log, std::move(batch));
            log.write({.events = std::move(events)});
            // As far behind as it ever is.
            if (sequence + at_once >= entries && sequence < entries)
                log.write({.snapshot = chatd::LogSnapshot{sequence, room.save()}});
        }
    }
    const auto begin = os::monotonic_now();
    const auto chatd = start_chatd(state.c_str());
    const auto took = os::monotonic_now() - begin;
    std::printf("a start on %zu entries, %ju MB: %.0f ms\n", entries,
                static_cast<std::uintmax_t>(std::filesystem::file_size(state + "/bench.db") >> 20),
                milliseconds(took));
    stop(chatd.pid);
}

} // namespace

int main(int argc, char* argv[]) {
    const std::string place = argc > 1 ? argv[1] : ".";
    const std::size_t entries = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 1'000'000;
    if (entries < 1) {
        std::fputs("usage: bench_log [DIRECTORY [ENTRIES]]\n", stderr);
        return EXIT_FAILURE;
    }
    auto directory = place + "/bench-log-XXXXXX";
    if (mkdtemp(directory.data()) == nullptr) fail(directory.c_str());
    raise_file_limit();
    bare_syncs(directory);
    for (const std::size_t lines : {1, 10, 100}) commits(directory, lines);
    for (const std::size_t talkers : {1, 10, 100}) talk(directory, talkers);
    start_on(directory, entries);
    std::filesystem::remove_all(directory);
    return EXIT_SUCCESS;
}
