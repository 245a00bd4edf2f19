// SPDX-License-Identifier: MIT
// What the benchmarks have in common: a chatd of their own, what it costs, and how that is printed.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace bench {

[[noreturn]] inline void fail(const char* what) {
    std::perror(what);
    std::exit(EXIT_FAILURE);
}

/// Nanoseconds on a CPU so far (first field of schedstat).
inline long long cpu_time(pid_t pid) {
    long long nanoseconds = 0;
    std::ifstream("/proc/" + std::to_string(pid) + "/task/" + std::to_string(pid) + "/schedstat") >>
        nanoseconds;
    return nanoseconds;
}

/// Bytes of the process's own memory (private, resident).
inline long long own_memory(pid_t pid) {
    std::ifstream rollup("/proc/" + std::to_string(pid) + "/smaps_rollup");
    long long kilobytes = 0;
    for (std::string word; rollup >> word;) {
        if (word != "Private_Dirty:" && word != "Private_Clean:") continue;
        long long value = 0;
        rollup >> value;
        kilobytes += value;
    }
    return kilobytes * 1024;
}

inline sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

struct Figures {
    double cpu_per_delivery_us = 0;
    double deliveries_per_second = 0;
    std::vector<double> latencies_ms; ///< from a line's sending until all have it
    std::size_t missing = 0;
};

inline void print(const char* name, const Figures& figures) {
    const auto at = [&](double share) {
        return figures.latencies_ms[static_cast<std::size_t>(
            share * static_cast<double>(figures.latencies_ms.size() - 1))];
    };
    std::printf("%-12s  %6.2f us CPU a delivery  %8.0f deliveries/s  until all have it p50 %6.2f ms p99 "
                "%6.2f ms  missing %zu\n",
                name, figures.cpu_per_delivery_us, figures.deliveries_per_second, at(0.5), at(0.99),
                figures.missing);
}

struct Chatd {
    pid_t pid = -1;
    std::uint16_t port = 0;
};

/// Its log is in `state_directory`, or in memory. `flood` as chatd takes it.
inline Chatd start_chatd(const char* state_directory = nullptr, const char* address = "127.0.0.1",
                         const char* flood = "off") {
    std::array<int, 2> output{};
    std::array<int, 2> input{};
    if (pipe(output.data()) != 0 || pipe(input.data()) != 0) fail("pipe");
    Chatd chatd;
    chatd.pid = fork();
    if (chatd.pid == 0) {
        dup2(input[0], STDIN_FILENO);
        dup2(output[1], STDOUT_FILENO);
        const int nothing = open("/dev/null", O_WRONLY);
        dup2(nothing, STDERR_FILENO);
        setenv("LC_ALL", "C.UTF-8", 1);
        std::vector<const char*> words = {CHATD_PROGRAM, "--port",        "0",     "--bind",
                                          address,       "--flood",       flood,   "--room",
                                          "bench",       "--classic-max", "100000"};
        if (state_directory == nullptr)
            words.push_back("--no-history");
        else
            words.insert(words.end(), {"--state-dir", state_directory});
        words.push_back(nullptr);
        execv(CHATD_PROGRAM, const_cast<char* const*>(words.data()));
        _exit(127);
    }
    close(output[1]);
    std::string banner;
    std::array<char, 512> bytes{};
    while (banner.find("/udp") == std::string::npos) {
        const auto got = read(output[0], bytes.data(), bytes.size());
        if (got <= 0) fail("chatd did not start");
        banner.append(bytes.data(), static_cast<std::size_t>(got));
    }
    const auto end = banner.find("/udp");
    chatd.port = static_cast<std::uint16_t>(std::stoi(banner.substr(banner.rfind(':', end) + 1)));
    return chatd;
}

/// As many descriptors as this user may have.
inline void raise_file_limit() {
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
}

inline void stop(pid_t pid) {
    kill(pid, SIGTERM);
    waitpid(pid, nullptr, 0);
}

} // namespace bench
