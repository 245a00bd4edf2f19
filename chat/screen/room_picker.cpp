// SPDX-License-Identifier: MIT
#include "chat/screen/room_picker.hpp"

#include "chat/model/keymap.hpp"
#include "chat/screen/curses_screen.hpp"
#include "chat/translate.hpp"
#include "common/app/failure.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

namespace chat {
namespace {

using namespace std::chrono_literals;

// A room that has not answered so many questions has gone.
constexpr Duration ask_interval = 1s;
constexpr Duration lifetime = 4s;
constexpr int rows_around = 4; // heading, a blank row, and two of help

class Picker {
  public:
    Picker(std::uint16_t port, const KnownRooms& known_rooms, os::SignalDescriptor& signals,
           Settings::Theme theme)
        : known_rooms_(known_rooms)
        , signals_(signals)
        , screen_(theme, Settings::Links::off)
        , finder_(port, loop_) {
        loop_.watch(STDIN_FILENO, EPOLLIN, [this](std::uint32_t events) { read_keys(events); });
        loop_.watch(signals_.fd(), EPOLLIN, [this](std::uint32_t) {
            for (int signal = signals_.read(); signal != 0; signal = signals_.read()) {
                if (signal != SIGWINCH) throw Failure(EX_UNAVAILABLE, tr("stopped while looking for rooms"));
                screen_.resize();
            }
        });
    }

    std::optional<FoundRoom> run() {
        auto ask_at = os::monotonic_now();
        while (!is_done_) {
            if (os::monotonic_now() >= ask_at) {
                finder_.ask();
                ask_at = os::monotonic_now() + ask_interval;
            }
            show();
            loop_.wait(ask_at);
        }
        return taken_;
    }

  private:
    void show() {
        // The one that the user has gone to stays marked, whatever comes above it.
        const auto marked =
            has_moved_ && chosen_ < rooms_.size() ? rooms_[chosen_].fingerprint : std::string();
        rooms_ = finder_.rooms(os::monotonic_now() - lifetime);
        if (!has_moved_) chosen_ = 0;
        for (std::size_t i = 0; i < rooms_.size(); ++i)
            if (rooms_[i].fingerprint == marked) chosen_ = i;
        chosen_ = std::min(chosen_, rooms_.empty() ? 0 : rooms_.size() - 1);
        screen_.draw(
            draw_rooms(table_of(rooms_, known_rooms_, screen_.size().columns - 2), chosen_, screen_.size()));
    }

    void read_keys(std::uint32_t events) {
        while (const auto key = screen_.keys().read()) {
            has_moved_ = true;
            // In a list, q and the end of input are ways out, too.
            if (*key == KeyPress{KeyPress::Code::character, U'q'} ||
                *key == KeyPress{KeyPress::Code::control, U'd'})
                is_done_ = true;
            else
                perform(usual_action(*key));
        }
        if (screen_.keys().is_gone() || (events & (EPOLLHUP | EPOLLERR)) != 0) is_done_ = true;
    }

    void perform(Action action) {
        const auto last = rooms_.empty() ? 0 : rooms_.size() - 1;
        switch (action) {
        case Action::earlier: chosen_ -= chosen_ > 0 ? 1 : 0; return;
        case Action::later: chosen_ = std::min(chosen_ + 1, last); return;
        case Action::line_begin: chosen_ = 0; return;
        case Action::line_end: chosen_ = last; return;
        case Action::finish: return take();
        case Action::cancel:
        case Action::interrupt: is_done_ = true; return;
        case Action::redraw: return screen_.forget();
        case Action::suspend: return screen_.suspend();
        default: return; // there is no line to edit here, and no room yet
        }
    }

    void take() {
        if (chosen_ >= rooms_.size()) return;
        taken_ = rooms_[chosen_];
        is_done_ = true;
    }

    const KnownRooms& known_rooms_;
    os::SignalDescriptor& signals_;
    CursesScreen screen_;
    os::EventLoop loop_;
    Finder finder_;
    std::vector<FoundRoom> rooms_;
    std::size_t chosen_ = 0;
    bool has_moved_ = false;
    std::optional<FoundRoom> taken_;
    bool is_done_ = false;
};

} // namespace

Cells draw_rooms(const std::vector<std::string>& table, std::size_t chosen, Size size) {
    Cells cells(size);
    cells.put(0, 2, table.front(), {.is_bold = true});
    const auto room = static_cast<std::size_t>(std::max(1, size.rows - rows_around));
    const auto count = table.size() - 1;
    // Scrolls as far as it must, so that the marked one is there.
    const auto first = chosen < room ? 0 : chosen - room + 1;
    for (auto i = first; i < std::min(count, first + room); ++i) {
        const int row = 1 + static_cast<int>(i - first);
        const Style style{.is_reverse = i == chosen};
        if (i == chosen) cells.fill(row, 0, size.columns, " ", style);
        cells.put(row, 0, i == chosen ? "> " : "  ", style);
        cells.put(row, 2, table[i + 1], style);
    }
    if (count == 0) cells.put(1, 2, tr("no room answers at present; still looking"));
    cells.put(size.rows - 1, 0, tr("Up and Down choose, Enter joins, Esc leaves"));
    cells.cursor_row = std::min(size.rows - 1, 1 + static_cast<int>(chosen - first));
    return cells;
}

std::optional<FoundRoom> pick_room(std::uint16_t port, const KnownRooms& known_rooms,
                                   os::SignalDescriptor& signals, Settings::Theme theme) {
    return Picker(port, known_rooms, signals, theme).run();
}

} // namespace chat
