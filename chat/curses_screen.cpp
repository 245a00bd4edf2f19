// SPDX-License-Identifier: MIT
#include "chat/curses_screen.hpp"

#include "common/exit_status.hpp"
#include "common/text/utf8.hpp"

#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS // whose names are ours too
#include <curses.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace chat {
namespace {

// Keys that terminfo has no names for, beyond those that ncurses numbers itself.
constexpr int key_alt_home = KEY_MAX + 1;
constexpr int key_alt_end = KEY_MAX + 2;
// An escape sequence is in one read(); a person's Escape is longer before the next key than this.
constexpr int escape_delay_ms = 25;

/// Names' colours: middle tones of the 256, readable on dark and on light.
constexpr std::array<short, Style::hues> hues_of_256 = {31, 37, 61, 65, 71, 97, 103, 131, 133, 136, 166, 172};
constexpr std::array<short, 6> hues_of_8 = {COLOR_CYAN,   COLOR_GREEN, COLOR_MAGENTA,
                                            COLOR_YELLOW, COLOR_BLUE,  COLOR_RED};

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

void prepare_rescue() {
    std::string bytes;
    for (const char* capability : {"sgr0", "cnorm", "rmkx", "rmcup"})
        if (const char* sequence = tigetstr(capability); sequence != nullptr) bytes += sequence;
    rescue.length = std::min(bytes.size(), rescue.bytes.size());
    std::copy_n(bytes.begin(), rescue.length, rescue.bytes.begin());
    for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) std::signal(signal, restore_and_die);
}

bool wants_colour() {
    const char* no_color = std::getenv("NO_COLOR"); // no-color.org: any value that is not empty
    return has_colors() && (no_color == nullptr || *no_color == '\0');
}

void set_up_colours() {
    if (!wants_colour()) return;
    start_color();
    use_default_colors();
    for (short hue = 0; hue < Style::hues; ++hue) {
        const auto index = static_cast<std::size_t>(hue);
        const short colour = COLORS >= 256 ? hues_of_256[index] : hues_of_8[index % hues_of_8.size()];
        init_pair(static_cast<short>(hue + 1), colour, -1);
    }
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

CursesScreen::CursesScreen() {
    tcgetattr(STDIN_FILENO, &rescue.mode);
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
    set_up_colours();
    define_key("\033[1;3H", key_alt_home);
    define_key("\033[1;3F", key_alt_end);
    prepare_rescue();
}

CursesScreen::~CursesScreen() {
    endwin();
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
    def_prog_mode();
    endwin();
    ::kill(0, SIGSTOP); // the whole job, as the shell's own ^Z does
    reset_prog_mode();
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
    drawn_ = cells;
}

void CursesScreen::put(int row, int column, const Cell& cell) {
    attr_t attributes = A_NORMAL;
    if (cell.style.is_bold) attributes |= A_BOLD;
    if (cell.style.is_dim) attributes |= A_DIM;
    if (cell.style.is_reverse) attributes |= A_REVERSE;
    const auto pair = static_cast<short>(wants_colour() ? cell.style.hue : 0);
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

std::optional<Key> CursesScreen::read_key() {
    using Code = Key::Code;
    const auto control = [](wint_t c) { return Key{Code::control, static_cast<char32_t>(c + 'a' - 1)}; };
    wint_t input = 0;
    errno = 0;
    switch (get_wch(&input)) {
    case KEY_CODE_YES:
        switch (input) {
        case KEY_ENTER: return Key{Code::enter};
        case KEY_BACKSPACE: return Key{Code::backspace};
        case KEY_DC: return Key{Code::del};
        case KEY_LEFT: return Key{Code::left};
        case KEY_RIGHT: return Key{Code::right};
        case KEY_UP: return Key{Code::up};
        case KEY_DOWN: return Key{Code::down};
        case KEY_HOME: return Key{Code::home};
        case KEY_END: return Key{Code::end};
        case KEY_PPAGE: return Key{Code::page_up};
        case KEY_NPAGE: return Key{Code::page_down};
        case KEY_F(1): return Key{Code::f1};
        case key_alt_home: return Key{Code::alt_home};
        case key_alt_end: return Key{Code::alt_end};
        default: return read_key();
        }
    case OK: break;
    default:
        if (errno != 0 && errno != EAGAIN && errno != EINTR) is_gone_ = true;
        return std::nullopt;
    }
    switch (input) {
    case L'\r':
    case L'\n': return Key{Code::enter};
    case 0x7F:
    case L'\b': return Key{Code::backspace};
    case 0x1B: {
        wint_t next = 0;
        const int kind = get_wch(&next);
        if (kind == KEY_CODE_YES && next == KEY_HOME) return Key{Code::alt_home};
        if (kind == KEY_CODE_YES && next == KEY_END) return Key{Code::alt_end};
        if (kind == KEY_CODE_YES && next == KEY_BACKSPACE) return Key{Code::alt_backspace};
        if (kind != OK) return read_key(); // Escape alone
        if (next == 0x7F || next == L'\b') return Key{Code::alt_backspace};
        return Key{Code::alt, static_cast<char32_t>(next)};
    }
    default:
        if (input >= 1 && input <= 26) return control(input);
        return Key{Code::character, static_cast<char32_t>(input)};
    }
}

} // namespace chat
