// SPDX-License-Identifier: MIT
#include "chat/screen/curses_screen.hpp"

#include "chat/screen/curses.hpp"
#include "chat/screen/hyperlinks.hpp"
#include "common/app/failure.hpp"
#include "common/text/utf8.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <cwchar>
#include <string>
#include <string_view>
#include <vector>

namespace chat {
namespace {

// An escape sequence is in one read(); a person's Escape is longer before the next key than this.
constexpr int escape_delay_ms = 25;

/// Names' colours, of the 256: middle tones that are readable on dark and on light, and others for each.
using Hues = std::array<short, Style::hues>;
constexpr Hues middle_hues = {31, 37, 61, 65, 71, 97, 103, 131, 133, 136, 166, 172};
constexpr Hues light_hues = {24, 30, 55, 22, 28, 90, 60, 88, 126, 94, 130, 124}; // on a light background
constexpr Hues bright_hues = {81, 86, 141, 114, 120, 177, 147, 210, 213, 221, 215, 223}; // on a dark one
constexpr std::array<short, 6> hues_of_8 = {COLOR_CYAN,   COLOR_GREEN, COLOR_MAGENTA,
                                            COLOR_YELLOW, COLOR_BLUE,  COLOR_RED};

/// One of the 6*6*6 colours among the 256, as red, green and blue in a number: for terminals that take those.
int direct_colour(int index) {
    const auto level = [](int step) { return step == 0 ? 0 : 55 + 40 * step; };
    const int cube = index - 16;
    return level(cube / 36) << 16 | level(cube / 6 % 6) << 8 | level(cube % 6);
}

const Hues& hues_for(Settings::Theme theme) {
    switch (theme) {
    case Settings::Theme::dark: return bright_hues;
    case Settings::Theme::light: return light_hues;
    case Settings::Theme::automatic:
    case Settings::Theme::mono: break;
    }
    return middle_hues;
}

bool wants_colour() {
    const char* no_color = std::getenv("NO_COLOR"); // no-color.org: any value that is not empty
    return has_colors() && (no_color == nullptr || *no_color == '\0');
}

std::vector<wchar_t> wide(std::string_view bytes) {
    std::vector<wchar_t> out;
    while (!bytes.empty()) {
        const auto next = text::decode(bytes);
        out.push_back(static_cast<wchar_t>(next.value));
        bytes.remove_prefix(next.length);
    }
    return out;
}

} // namespace

CursesScreen::CursesScreen(Settings::Theme theme, Settings::Links links) {
    set_escdelay(escape_delay_ms);
    SCREEN* screen = newterm(nullptr, stdout, stdin);
    const char* term = std::getenv("TERM");
    const auto name = std::string(term == nullptr ? "" : term);
    if (screen == nullptr)
        throw Failure(EX_UNAVAILABLE,
                      "the terminal type '" + name + "' is not known here (set TERM, or use --plain)");
    if (tigetstr("cup") == nullptr) {
        endwin();
        throw Failure(EX_UNAVAILABLE, "the terminal '" + name + "' cannot show a screen: use --plain");
    }
    raw();
    noecho();
    nonl();
    intrflush(stdscr, FALSE);
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    leaveok(stdscr, FALSE);
    if (has_colors()) {
        start_color();
        use_default_colors();
    }
    set_theme(theme);
    set_links(links);
    CursesKeys::define();
    Terminal::prepare_for_crash();
    terminal_.take();
}

CursesScreen::~CursesScreen() {
    give_back();
}

void CursesScreen::give_back() {
    terminal_.give_back();
    endwin();
}

void CursesScreen::set_theme(Settings::Theme theme) {
    has_colours_ = wants_colour() && theme != Settings::Theme::mono;
    const auto& hues = hues_for(theme);
    for (short hue = 0; has_colours_ && hue < Style::hues; ++hue) {
        const auto index = static_cast<std::size_t>(hue);
        const int colour = COLORS > 256    ? direct_colour(hues[index])
                           : COLORS == 256 ? hues[index]
                                           : hues_of_8[index % hues_of_8.size()];
        init_extended_pair(hue + 1, colour, -1);
    }
    forget();
}

void CursesScreen::set_links(Settings::Links links) {
    has_links_ = links == Settings::Links::on ||
                 (links == Settings::Links::automatic && Terminal::is_known_for_links());
    forget();
}

void CursesScreen::ring() {
    beep();
}

Size CursesScreen::size() const {
    return {LINES, COLS};
}

void CursesScreen::resize() {
    winsize window{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_row > 0 && window.ws_col > 0)
        resizeterm(window.ws_row, window.ws_col);
    forget();
}

void CursesScreen::suspend() {
    lend([] { ::kill(0, SIGSTOP); }); // the whole job, as the shell's own ^Z does
}

void CursesScreen::lend(const std::function<void()>& other) {
    def_prog_mode();
    give_back();
    other();
    reset_prog_mode();
    terminal_.take();
    resize();
}

void CursesScreen::forget() {
    drawn_.reset();
}

void CursesScreen::draw(const Cells& cells) {
    const auto size = cells.size();
    const bool is_anew = !drawn_ || drawn_->size() != size;
    if (is_anew) {
        erase();
        clearok(stdscr, TRUE);
    }
    for (int row = 0; row < std::min(size.rows, LINES); ++row)
        for (int column = 0; column < std::min(size.columns, COLS); ++column)
            if (const auto& cell = cells.at(row, column);
                !cell.bytes.empty() &&
                (is_anew || cell != drawn_->at(row, column) ||
                 (cell.columns == 2 && cells.at(row, column + 1) != drawn_->at(row, column + 1))))
                put(row, column, cell);
    move(std::clamp(cells.cursor_row, 0, LINES - 1), std::clamp(cells.cursor_column, 0, COLS - 1));
    refresh();
    if (has_links_) Terminal::write(link_bytes(cells, drawn_, this->size()));
    drawn_ = cells;
}

void CursesScreen::put(int row, int column, const Cell& cell) {
    attr_t attributes = A_NORMAL;
    if (cell.style.is_bold) attributes |= A_BOLD;
    if (cell.style.is_dim) attributes |= A_DIM;
    if (cell.style.is_reverse) attributes |= A_REVERSE;
    const auto pair = static_cast<short>(has_colours_ ? cell.style.hue : 0);
    auto characters = wide(cell.bytes);
    // Where the C library and we differ over a width (a newer character than it knows), a shape that all
    // agree on.
    if (wcwidth(characters.front()) != cell.columns) characters = {L'?'};
    characters.push_back(L'\0');
    cchar_t glyph{};
    if (setcchar(&glyph, characters.data(), attributes, pair, nullptr) != OK) return;
    mvadd_wch(row, column, &glyph);
    if (cell.columns == 2 && characters.front() == L'?') {
        const std::array<wchar_t, 2> blank = {L' ', L'\0'};
        setcchar(&glyph, blank.data(), attributes, pair, nullptr);
        mvadd_wch(row, column + 1, &glyph);
    }
}

} // namespace chat
