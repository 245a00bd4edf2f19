// SPDX-License-Identifier: MIT
#include "chat/hidden_input.hpp"

#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>

namespace chat {
namespace {

// Without a handler these would leave the terminal as it is.
constexpr std::array ends = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
constexpr std::array stops = {SIGTSTP, SIGCONT};

/// What the handlers need: they can reach no object.
struct Held {
    int fd = -1;
    termios before{};
    termios hidden{};
    volatile std::sig_atomic_t is_hidden = 0;
    volatile std::sig_atomic_t was_continued = 0;
    std::array<struct sigaction, ends.size() + stops.size()> actions{};
} held;

/// In the background the terminal is somebody else's.
void set_mode(const termios& mode) {
    if (tcgetpgrp(held.fd) == getpgrp()) tcsetattr(held.fd, TCSANOW, &mode);
}

void give_back() {
    if (tcgetpgrp(held.fd) == getpgrp()) tcflush(held.fd, TCIFLUSH);
    set_mode(held.before);
}

void take_again() {
    set_mode(held.is_hidden != 0 ? held.hidden : held.before);
    held.was_continued = 1;
}

void handle_end(int signal) {
    give_back();
    [[maybe_unused]] const auto written = ::write(held.fd, "\n", 1); // behind the question
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

void set_handler(int signal, void (*handler)(int)) {
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = SA_NODEFER; // it raises the signal again
    sigaction(signal, &action, nullptr);
}

void handle_stop(int signal) {
    const int error = errno;
    give_back();
    set_handler(signal, SIG_DFL);
    std::raise(signal);
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
    is_terminal_ = tcgetattr(fd, &held.before) == 0;
    if (!is_terminal_) return;
    held.fd = fd;
    held.hidden = held.before;
    held.hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL);
    held.is_hidden = 1;
    held.was_continued = 0;
    for_each_signal([](int signal, struct sigaction& before, void (*handler)(int)) {
        sigaction(signal, nullptr, &before);
        // What the user has ignored, as nohup does, stays so.
        if (before.sa_handler != SIG_IGN) set_handler(signal, handler);
    });
    set_mode(held.hidden);
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
    tcflush(held.fd, TCIFLUSH);
    held.is_hidden = is_shown ? 0 : 1;
    set_mode(is_shown ? held.before : held.hidden);
}

void HiddenInput::end_question() {
    if (!is_terminal_) return;
    held.is_hidden = 1;
    set_mode(held.hidden);
}

bool HiddenInput::take_continued() {
    const bool was_continued = held.was_continued != 0;
    held.was_continued = 0;
    return was_continued;
}

} // namespace chat
