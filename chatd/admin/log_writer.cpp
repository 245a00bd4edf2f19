// SPDX-License-Identifier: MIT
#include "chatd/admin/log_writer.hpp"

#include "common/os/bounded_queue.hpp"

#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
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
        for (bool is_last = false; !is_last;) {
            pollfd news{lines.fd(), POLLIN, 0};
            poll(&news, 1, -1);
            is_last = is_ending; // what was written before is there now
            const auto [taken, dropped] = lines.drain();
            std::string bytes;
            if (dropped > 0)
                bytes = "(" + std::to_string(dropped) + " lines not logged: the log was stopped)\n";
            for (const auto& line : taken) bytes += line + "\n";
            write_all(fd, bytes);
        }
        const std::lock_guard lock(mutex);
        is_done = true;
        finished.notify_all();
    }

    const int fd;
    os::BoundedQueue<std::string> lines{max_queued};
    std::atomic<bool> is_ending = false;
    std::mutex mutex; ///< of what follows
    std::condition_variable finished;
    bool is_done = false;
};

LogWriter::LogWriter(int fd)
    : state_(std::make_shared<State>(fd)) {
    std::thread([state = state_] { state->run(); }).detach();
}

LogWriter::~LogWriter() {
    state_->is_ending = true;
    state_->lines.wake();
    std::unique_lock lock(state_->mutex);
    state_->finished.wait_for(lock, patience, [this] { return state_->is_done; });
}

void LogWriter::write(std::string line) {
    state_->lines.push(std::move(line));
}

} // namespace chatd
