// SPDX-License-Identifier: MIT
#include "chat/screen/terminal.hpp"

#include "chat/screen/curses.hpp"

#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace chat {
namespace {

// Pastes come in brackets, and the terminal says when it is looked at: DEC private modes that xterm has, and
// that others have or ignore.
constexpr std::string_view modes_on = "\033[?2004h\033[?1004h";
constexpr std::string_view modes_off = "\033[?2004l\033[?1004l";
// The window's title is put aside, and back.
constexpr std::string_view title_aside = "\033[22;2t";
constexpr std::string_view title_back = "\033[23;2t";

/// Whether the terminal shows a title, and does not show what it does not know.
bool has_window_title() {
    const char* term = std::getenv("TERM");
    const std::string_view name = term == nullptr ? "" : term;
    constexpr std::array<std::string_view, 11> known = {
        "xterm", "rxvt", "tmux", "screen", "alacritty", "foot", "konsole", "st", "gnome", "wezterm", "vte"};
    return std::any_of(known.begin(), known.end(),
                       [&](std::string_view prefix) { return name.starts_with(prefix); });
}

/// For a crash: what puts the terminal back, ready before it is needed, since a handler can't ask ncurses.
struct Rescue {
    termios mode{};
    std::array<char, 256> bytes{};
    std::size_t length = 0;
} rescue;

void restore_and_die(int signal) {
    [[maybe_unused]] const auto written = ::write(STDOUT_FILENO, rescue.bytes.data(), rescue.length);
    tcsetattr(STDIN_FILENO, TCSANOW, &rescue.mode);
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

} // namespace

Terminal::Terminal() {
    tcgetattr(STDIN_FILENO, &rescue.mode);
}

void Terminal::prepare_for_crash() {
    std::string bytes(modes_off);
    if (has_window_title()) bytes += title_back;
    for (const char* capability : {"sgr0", "cnorm", "rmkx", "rmcup"})
        if (const char* sequence = tigetstr(capability); sequence != nullptr) bytes += sequence;
    rescue.length = std::min(bytes.size(), rescue.bytes.size());
    std::copy_n(bytes.begin(), rescue.length, rescue.bytes.begin());
    for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) std::signal(signal, restore_and_die);
}

void Terminal::take() {
    if (has_window_title()) write(title_aside);
    write(modes_on);
}

void Terminal::give_back() {
    write(modes_off);
    if (has_window_title()) write(title_back);
    title_.clear();
}

void Terminal::set_title(std::string_view displayable) {
    if (!has_window_title() || title_ == displayable) return;
    title_ = displayable;
    write("\033]2;" + title_ + "\a");
}

void Terminal::pop_up(Settings::Popup how, std::string_view title, std::string_view displayable) {
    auto words = std::string(displayable);
    std::replace(words.begin(), words.end(), '\n', ' ');
    auto heading = std::string(title);
    std::replace(heading.begin(), heading.end(), ';', ',');
    if (how == Settings::Popup::osc9) write("\033]9;" + heading + ": " + words + "\a");
    if (how == Settings::Popup::osc777) write("\033]777;notify;" + heading + ";" + words + "\a");
}

bool Terminal::is_known_for_links() {
    const auto value = [](const char* name) {
        const char* found = std::getenv(name);
        return std::string_view(found == nullptr ? "" : found);
    };
    const auto term = value("TERM");
    if (term.starts_with("tmux") || term.starts_with("screen")) return false;
    constexpr std::array<std::string_view, 6> terms = {"xterm-kitty", "foot",    "alacritty",
                                                       "wezterm",     "contour", "xterm-ghostty"};
    constexpr std::array<std::string_view, 4> programs = {"iTerm.app", "WezTerm", "vscode", "ghostty"};
    constexpr long first_vte = 5000;
    return std::any_of(terms.begin(), terms.end(),
                       [&](std::string_view known) { return term.starts_with(known); }) ||
           std::find(programs.begin(), programs.end(), value("TERM_PROGRAM")) != programs.end() ||
           std::strtol(std::string(value("VTE_VERSION")).c_str(), nullptr, 10) >= first_vte ||
           !value("KONSOLE_VERSION").empty() || !value("WT_SESSION").empty();
}

void Terminal::write(std::string_view bytes) {
    if (bytes.empty()) return;
    std::fwrite(bytes.data(), 1, bytes.size(), stdout);
    std::fflush(stdout);
}

} // namespace chat
