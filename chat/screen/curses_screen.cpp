// SPDX-License-Identifier: MIT
#include "chat/screen/curses_screen.hpp"

#include "common/app/failure.hpp"
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
#include <cstdio>
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
constexpr int key_paste_begin = KEY_MAX + 3;
constexpr int key_paste_end = KEY_MAX + 4;
constexpr int key_focus_in = KEY_MAX + 5;
constexpr int key_focus_out = KEY_MAX + 6;
constexpr std::size_t most_pasted = std::size_t{1} << 20;
// Pastes come in brackets, and the terminal says when it is looked at: DEC private modes that xterm has, and
// that others have or ignore.
constexpr std::string_view modes_on = "\033[?2004h\033[?1004h";
constexpr std::string_view modes_off = "\033[?2004l\033[?1004l";
// The window's title is put aside, and back.
constexpr std::string_view title_aside = "\033[22;2t";
constexpr std::string_view title_back = "\033[23;2t";
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

/// Whether the terminal shows a title, and does not show what it does not know.
bool has_window_title() {
    const char* term = std::getenv("TERM");
    const std::string_view name = term == nullptr ? "" : term;
    constexpr std::array<std::string_view, 11> known = {
        "xterm", "rxvt", "tmux", "screen", "alacritty", "foot", "konsole", "st", "gnome", "wezterm", "vte"};
    return std::any_of(known.begin(), known.end(),
                       [&](std::string_view prefix) { return name.starts_with(prefix); });
}

/// Whether the terminal is one of those that have OSC 8, and nothing stands between it and us.
bool is_known_for_links() {
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

/// Past ncurses, between two of its own drawings.
void tell_terminal(std::string_view bytes) {
    std::fwrite(bytes.data(), 1, bytes.size(), stdout);
    std::fflush(stdout);
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

void prepare_rescue() {
    std::string bytes(modes_off);
    if (has_window_title()) bytes += title_back;
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
    if (has_colors()) {
        start_color();
        use_default_colors();
    }
    set_theme(theme);
    set_links(links);
    define_key("\033[1;3H", key_alt_home);
    define_key("\033[1;3F", key_alt_end);
    define_key("\033[200~", key_paste_begin);
    define_key("\033[201~", key_paste_end);
    define_key("\033[I", key_focus_in);
    define_key("\033[O", key_focus_out);
    prepare_rescue();
    take_terminal();
}

CursesScreen::~CursesScreen() {
    give_terminal_back();
}

void CursesScreen::take_terminal() {
    if (has_window_title()) tell_terminal(title_aside);
    tell_terminal(modes_on);
}

void CursesScreen::give_terminal_back() {
    tell_terminal(modes_off);
    if (has_window_title()) tell_terminal(title_back);
    title_.clear();
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
    has_links_ =
        links == Settings::Links::on || (links == Settings::Links::automatic && is_known_for_links());
    forget();
}

void CursesScreen::set_title(std::string_view displayable) {
    if (!has_window_title() || title_ == displayable) return;
    title_ = displayable;
    tell_terminal("\033]2;" + title_ + "\a");
}

void CursesScreen::ring() {
    beep();
}

void CursesScreen::pop_up(Settings::Popup how, std::string_view title, std::string_view displayable) {
    auto words = std::string(displayable);
    std::replace(words.begin(), words.end(), '\n', ' ');
    auto heading = std::string(title);
    std::replace(heading.begin(), heading.end(), ';', ',');
    if (how == Settings::Popup::osc9) tell_terminal("\033]9;" + heading + ": " + words + "\a");
    if (how == Settings::Popup::osc777) tell_terminal("\033]777;notify;" + heading + ";" + words + "\a");
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
    give_terminal_back();
    other();
    reset_prog_mode();
    take_terminal();
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
    if (has_links_) put_links(cells, is_anew);
    drawn_ = cells;
}

void CursesScreen::put_links(const Cells& cells, bool is_anew) {
    std::string out;
    for (const auto& link : cells.links) {
        bool is_there =
            !is_anew && std::find(drawn_->links.begin(), drawn_->links.end(), link) != drawn_->links.end();
        for (int column = link.first; is_there && column < link.end; ++column)
            is_there = cells.at(link.row, column) == drawn_->at(link.row, column);
        if (is_there || link.row >= LINES || link.end > COLS) continue;
        // Cursor and attributes are put back, so that ncurses finds what it left.
        out += "\0337\033[" + std::to_string(link.row + 1) + ";" + std::to_string(link.first + 1) + "H\033[m";
        const auto& style = cells.at(link.row, link.first).style;
        if (style.is_bold) out += "\033[1m";
        if (style.is_reverse) out += "\033[7m";
        // The same id joins the rows of one.
        out += "\033]8;id=" + std::to_string(std::hash<std::string>()(link.target)) + ";" + link.target +
               "\033\\";
        for (int column = link.first; column < link.end; ++column) out += cells.at(link.row, column).bytes;
        out += "\033]8;;\033\\\033[m\0338";
    }
    if (!out.empty()) tell_terminal(out);
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

std::optional<KeyPress> CursesScreen::named_key(unsigned code) {
    using Code = KeyPress::Code;
    switch (code) {
    case KEY_ENTER: return KeyPress{Code::enter};
    case KEY_BACKSPACE: return KeyPress{Code::backspace};
    case KEY_DC: return KeyPress{Code::del};
    case KEY_LEFT: return KeyPress{Code::left};
    case KEY_RIGHT: return KeyPress{Code::right};
    case KEY_UP: return KeyPress{Code::up};
    case KEY_DOWN: return KeyPress{Code::down};
    case KEY_HOME: return KeyPress{Code::home};
    case KEY_END: return KeyPress{Code::end};
    case KEY_PPAGE: return KeyPress{Code::page_up};
    case KEY_NPAGE: return KeyPress{Code::page_down};
    case KEY_BTAB: return KeyPress{Code::back_tab};
    case KEY_F(1): return KeyPress{Code::f1};
    case key_alt_home: return KeyPress{Code::alt_home};
    case key_alt_end: return KeyPress{Code::alt_end};
    case key_focus_in: return KeyPress{Code::focus_in};
    case key_focus_out: return KeyPress{Code::focus_out};
    case key_paste_begin: is_pasting_ = true; return std::nullopt;
    default: return std::nullopt;
    }
}

std::optional<KeyPress> CursesScreen::key_behind_escape() {
    using Code = KeyPress::Code;
    wint_t next = 0;
    const int kind = get_wch(&next);
    if (kind == KEY_CODE_YES && next == KEY_HOME) return KeyPress{Code::alt_home};
    if (kind == KEY_CODE_YES && next == KEY_END) return KeyPress{Code::alt_end};
    if (kind == KEY_CODE_YES && next == KEY_BACKSPACE) return KeyPress{Code::alt_backspace};
    if (kind == KEY_CODE_YES && next == KEY_ENTER) return KeyPress{Code::alt_enter};
    if (kind != OK) return KeyPress{Code::escape};
    if (next == 0x7F || next == L'\b') return KeyPress{Code::alt_backspace};
    if (next == L'\r' || next == L'\n') return KeyPress{Code::alt_enter};
    return KeyPress{Code::alt, static_cast<char32_t>(next)};
}

std::optional<KeyPress> CursesScreen::read_key() {
    using Code = KeyPress::Code;
    for (;;) {
        wint_t input = 0;
        errno = 0;
        const int kind = get_wch(&input);
        if (kind != OK && kind != KEY_CODE_YES) {
            if (errno != 0 && errno != EAGAIN && errno != EINTR) is_gone_ = true;
            return std::nullopt;
        }
        if (is_pasting_) {
            if (kind == KEY_CODE_YES && input == key_paste_end) {
                is_pasting_ = false;
                return KeyPress{Code::paste};
            }
            if (kind == OK && paste_.size() < most_pasted)
                paste_ += text::encoded(input == L'\r' ? U'\n' : static_cast<char32_t>(input));
            continue;
        }
        if (kind == KEY_CODE_YES) {
            if (const auto key = named_key(input)) return key;
            continue;
        }
        switch (input) {
        case L'\r':
        case L'\n': return KeyPress{Code::enter};
        case L'\t': return KeyPress{Code::tab};
        case 0x7F:
        case L'\b': return KeyPress{Code::backspace};
        case 0x1B: return key_behind_escape();
        default: break;
        }
        if (input >= 1 && input <= 26) return KeyPress{Code::control, static_cast<char32_t>(input + 'a' - 1)};
        return KeyPress{Code::character, static_cast<char32_t>(input)};
    }
}

} // namespace chat
