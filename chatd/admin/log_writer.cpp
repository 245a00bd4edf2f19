// SPDX-License-Identifier: MIT
#include "chatd/admin/log_writer.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>

namespace chatd {
namespace {

constexpr std::size_t max_queued = 4096; // lines
constexpr auto patience = std::chrono::milliseconds(500);

void write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(fd, bytes.data(), bytes.size());
        if (written > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno == EAGAIN) {
            pollfd writable{fd, POLLOUT, 0};
            poll(&writable, 1, -1);
        } else if (errno != EINTR) {
            return; // nobody is left to be told of it
        }
    }
}

} // namespace

struct LogWriter::State {
    explicit State(int descriptor)
        : fd(descriptor) {}

    void run() {
        std::unique_lock lock(mutex);
        while (true) {
            changed.wait(lock, [this] { return !lines.empty() || is_ending; });
            if (lines.empty()) break;
            std::string taken;
            if (dropped > 0)
                taken = "(" + std::to_string(dropped) + " lines not logged: the log was stopped)\n";
            dropped = 0;
            for (const auto& line : std::exchange(lines, {})) taken += line + "\n";
            lock.unlock();
            write_all(fd, taken);
            lock.lock();
        }
        is_done = true;
        changed.notify_all();
    }

    const int fd;
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::string> lines;
    std::size_t dropped = 0;
    bool is_ending = false;
    bool is_done = false;
};

LogWriter::LogWriter(int fd)
    : state_(std::make_shared<State>(fd)) {
    std::thread([state = state_] { state->run(); }).detach();
}

LogWriter::~LogWriter() {
    std::unique_lock lock(state_->mutex);
    state_->is_ending = true;
    state_->changed.notify_all();
    state_->changed.wait_for(lock, patience, [this] { return state_->is_done; });
}

void LogWriter::write(std::string line) {
    {
        const std::lock_guard lock(state_->mutex);
        if (state_->lines.size() == max_queued) {
            state_->lines.pop_front();
            ++state_->dropped;
        }
        state_->lines.push_back(std::move(line));
    }
    state_->changed.notify_all();
}

} // namespace chatd
