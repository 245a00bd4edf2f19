// SPDX-License-Identifier: MIT
#include "chatd/admin/console.hpp"

#include "chatd/admin/line_editor.hpp"
#include "common/app/line_buffer.hpp"
#include "common/os/job_control.hpp"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iterator>
#include <utility>

namespace chatd {
namespace {

constexpr std::size_t max_queued = 4096;
// Nothing tells a job that it is in the foreground again.
constexpr int foreground_interval_ms = 200;

bool is_edited_terminal() {
    const char* term = std::getenv("TERM");
    return isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0 && term != nullptr &&
           std::string_view(term) != "dumb" && *term != '\0';
}

/// Waits until `input` or `wakeup` is readable. A negative `input` is not waited for.
bool wait_for(int input, int wakeup, int timeout_ms = -1) {
    std::array<pollfd, 2> waited = {pollfd{input, POLLIN, 0}, pollfd{wakeup, POLLIN, 0}};
    poll(waited.data(), waited.size(), timeout_ms);
    return waited[0].revents != 0;
}

} // namespace

Console::Console(std::vector<std::string> completions)
    : is_interactive_(is_edited_terminal())
    , input_(max_queued)
    , output_(max_queued, [](const Output& output) { return output.kind == Output::Kind::show; })
    , completions_(std::move(completions)) {
    std::signal(SIGPIPE, SIG_IGN);
    // In the background the room goes on: no touch of the terminal stops it, were it only a log line.
    std::signal(SIGTTIN, SIG_IGN);
    std::signal(SIGTTOU, SIG_IGN);
    thread_ = std::thread([this] { run(); });
}

Console::~Console() {
    termios mode{};
    const bool has_mode =
        is_interactive_ && os::is_in_foreground(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &mode) == 0;
    output_.push({Output::Kind::stop, {}});
    // A terminal that is stopped keeps the thread in write(); the room closes all the same.
    constexpr auto patience = std::chrono::milliseconds(500);
    std::unique_lock lock(mutex_);
    if (!finished_.wait_for(lock, patience, [this] { return is_done_; })) {
        if (has_mode) tcsetattr(STDIN_FILENO, TCSANOW, &mode);
        std::_Exit(EXIT_SUCCESS); // the thread still uses this object
    }
    lock.unlock();
    thread_.join();
}

std::vector<Console::Input> Console::drain_input() {
    auto taken = input_.drain().items;
    output_.wake(); // there is room again
    return {std::make_move_iterator(taken.begin()), std::make_move_iterator(taken.end())};
}

void Console::show(std::string line) {
    output_.push({Output::Kind::show, std::move(line)});
}

void Console::ask_secret() {
    if (is_interactive_) output_.push({Output::Kind::ask_secret, {}});
}

void Console::add_name(std::string name) {
    if (is_interactive_) output_.push({Output::Kind::add_name, std::move(name)});
}

void Console::remove_name(const std::string& name) {
    if (is_interactive_) output_.push({Output::Kind::remove_name, name});
}

void Console::resize() {
    if (is_interactive_) output_.push({Output::Kind::resize, {}});
}

void Console::resume() {
    if (is_interactive_) output_.push({Output::Kind::resume, {}});
}

// ---- the thread

void Console::run() {
    if (is_interactive_)
        run_edited();
    else
        run_plain();
    const std::lock_guard lock(mutex_);
    is_done_ = true;
    finished_.notify_all();
}

bool Console::has_terminal() {
    if (!os::is_in_foreground(STDIN_FILENO)) {
        if (editor_ && !std::exchange(is_away_, true)) editor_->leave_terminal();
        return false;
    }
    if (!editor_)
        editor_ = std::make_unique<LineEditor>(completions_, names_);
    else if (std::exchange(is_away_, false))
        editor_->take_terminal();
    if (std::exchange(is_secret_asked_, false)) editor_->begin_secret();
    return true;
}

void Console::run_edited() {
    bool is_running = work_off_output(); // the banner, above the first prompt
    while (is_running && !(editor_ && editor_->is_ended())) {
        const bool is_ours = has_terminal();
        const bool may_read = is_ours && !input_.is_full();
        if (wait_for(may_read ? STDIN_FILENO : -1, output_.fd(), is_ours ? -1 : foreground_interval_ms) &&
            os::is_in_foreground(STDIN_FILENO))
            if (auto line = editor_->read_key()) queue_input({std::move(line->text), false, line->is_secret});
        is_running = work_off_output();
    }
    if (editor_ && has_terminal()) editor_->erase();
    editor_.reset();
    if (is_running) queue_input({{}, true, false});
    while (is_running) {
        wait_for(-1, output_.fd());
        is_running = work_off_output();
    }
}

void Console::run_plain() {
    LineBuffer pending;
    int input = STDIN_FILENO;
    for (bool is_running = work_off_output(); is_running; is_running = work_off_output()) {
        const bool is_ours = os::is_in_foreground(STDIN_FILENO);
        if (!wait_for(is_ours && !input_.is_full() ? input : -1, output_.fd(),
                      is_ours ? -1 : foreground_interval_ms))
            continue;
        std::array<char, 4096> bytes{};
        const auto got = ::read(input, bytes.data(), bytes.size());
        if (got < 0 && (errno == EINTR || errno == EAGAIN || !os::is_in_foreground(STDIN_FILENO))) continue;
        if (got > 0) pending.append({bytes.data(), static_cast<std::size_t>(got)});
        while (auto line = pending.take_line()) queue_input({std::move(*line)});
        if (got <= 0) {
            if (auto line = pending.take_rest()) queue_input({std::move(*line)});
            queue_input({{}, true, false});
            input = -1;
        }
    }
}

bool Console::work_off_output() {
    auto [taken, dropped] = output_.drain();
    std::string shown;
    if (dropped > 0) shown = "(" + std::to_string(dropped) + " lines not shown: the console was stopped)\n";
    bool goes_on = true;
    for (auto& output : taken) {
        switch (output.kind) {
        case Output::Kind::show: shown += output.text + "\n"; break;
        case Output::Kind::ask_secret: is_secret_asked_ = true; break;
        case Output::Kind::add_name: names_.push_back(std::move(output.text)); break;
        case Output::Kind::remove_name: std::erase(names_, output.text); break;
        case Output::Kind::resize:
            if (editor_ && !is_away_) editor_->resize();
            break;
        case Output::Kind::resume:
            if (editor_ && !std::exchange(is_away_, true)) editor_->leave_terminal();
            break;
        case Output::Kind::stop: goes_on = false; break;
        }
    }
    if (!shown.empty()) {
        if (editor_ && !is_away_ && os::is_in_foreground(STDIN_FILENO))
            editor_->show_above(shown);
        else
            write_to_terminal(shown);
    }
    return goes_on;
}

} // namespace chatd
