// SPDX-License-Identifier: MIT
#include "chat/hidden_input.hpp"

#include "common/os/job_control.hpp"

#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>

namespace chat {
namespace {

// Without a handler these would leave the terminal as it is.
constexpr std::array ends = {SIGHUP,  SIGINT,  SIGQUIT, SIGTERM, SIGPIPE,
                             SIGABRT, SIGSEGV, SIGBUS,  SIGFPE,  SIGILL};
constexpr std::array stops = {SIGTSTP, SIGCONT};

/// What the handlers need: they can reach no object.
struct Held {
    int fd = -1;
    volatile std::sig_atomic_t is_mode_known = 0;
    termios before{};
    termios hidden{};
    volatile std::sig_atomic_t is_hidden = 0;
    volatile std::sig_atomic_t was_continued = 0;
    std::array<struct sigaction, ends.size() + stops.size()> actions{};
} held;

/// In the background the terminal is somebody else's, and so is the mode that it has then.
void set_mode() {
    if (!os::is_in_foreground(held.fd)) return;
    if (held.is_mode_known == 0) {
        if (tcgetattr(held.fd, &held.before) != 0) return;
        held.hidden = held.before;
        held.hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL);
        held.is_mode_known = 1;
    }
    tcsetattr(held.fd, TCSANOW, held.is_hidden != 0 ? &held.hidden : &held.before);
}

void drop_input() {
    if (os::is_in_foreground(held.fd)) tcflush(held.fd, TCIFLUSH);
}

void give_back() {
    if (held.is_mode_known == 0 || !os::is_in_foreground(held.fd)) return;
    drop_input();
    tcsetattr(held.fd, TCSANOW, &held.before);
}

void take_again() {
    set_mode();
    held.was_continued = 1;
}

/// Lets the signal do what it does to a program without a handler. The kernel, or a tool that hands signals
/// on, may block it as long as its handler runs.
void raise_default(int signal) {
    std::signal(signal, SIG_DFL);
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, signal);
    sigprocmask(SIG_UNBLOCK, &blocked, nullptr);
    std::raise(signal);
}

void handle_end(int signal) {
    give_back();
    [[maybe_unused]] const auto written = ::write(held.fd, "\n", 1); // behind the question
    raise_default(signal);
}

void set_handler(int signal, void (*handler)(int)) {
    struct sigaction action {};
    action.sa_handler = handler;
    sigaction(signal, &action, nullptr);
}

void handle_stop(int signal) {
    const int error = errno;
    give_back();
    raise_default(signal);
    set_handler(signal, handle_stop);
    take_again();
    errno = error;
}

void handle_continue(int) {
    const int error = errno;
    take_again();
    errno = error;
}

template<class Act>
void for_each_signal(const Act& act) {
    std::size_t index = 0;
    for (const int signal : ends) act(signal, held.actions[index++], handle_end);
    for (const int signal : stops)
        act(signal, held.actions[index++], signal == SIGTSTP ? handle_stop : handle_continue);
}

} // namespace

HiddenInput::HiddenInput(int fd) {
    is_terminal_ = isatty(fd) != 0;
    if (!is_terminal_) return;
    held.fd = fd;
    held.is_mode_known = 0;
    held.is_hidden = 1;
    held.was_continued = 0;
    for_each_signal([](int signal, struct sigaction& before, void (*handler)(int)) {
        sigaction(signal, nullptr, &before);
        // What the user has ignored, as nohup does, stays so.
        if (before.sa_handler != SIG_IGN) set_handler(signal, handler);
    });
    set_mode();
}

HiddenInput::~HiddenInput() {
    if (!is_terminal_) return;
    give_back();
    for_each_signal([](int signal, const struct sigaction& before, void (*)(int)) {
        sigaction(signal, &before, nullptr);
    });
}

void HiddenInput::begin_question(bool is_shown) {
    if (!is_terminal_) return;
    drop_input();
    held.is_hidden = is_shown ? 0 : 1;
    set_mode();
}

void HiddenInput::end_question() {
    if (!is_terminal_) return;
    held.is_hidden = 1;
    set_mode();
}

bool HiddenInput::take_continued() {
    const bool was_continued = held.was_continued != 0;
    held.was_continued = 0;
    return was_continued;
}

} // namespace chat
