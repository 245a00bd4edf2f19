// SPDX-License-Identifier: MIT
#include "chatd/admin/line_editor.hpp"

#include "common/text/utf8.hpp"
#include "common/text/width.hpp"

#include <histedit.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>

namespace chatd {
namespace {

constexpr int max_history = 1000;
constexpr const char* prompt = "> ";

struct CloseEditLine {
    void operator()(EditLine* editor) const { el_end(editor); }
};
struct CloseHistory {
    void operator()(History* history) const { history_end(history); }
};

std::string common_prefix(const std::vector<std::string>& words) {
    std::string prefix = words.front();
    for (const auto& word : words)
        prefix.resize(static_cast<std::size_t>(
            std::mismatch(prefix.begin(), prefix.end(), word.begin(), word.end()).first - prefix.begin()));
    while (!text::is_valid_utf8(prefix)) prefix.pop_back();
    return prefix;
}

void set_echo(bool is_on) {
    termios mode{};
    if (tcgetattr(STDIN_FILENO, &mode) != 0) return;
    mode.c_lflag = is_on ? mode.c_lflag | ECHO : mode.c_lflag & ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSANOW, &mode);
}

int terminal_width() {
    winsize size{};
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

} // namespace

struct LineEditor::State {
    std::unique_ptr<EditLine, CloseEditLine> editor;
    std::unique_ptr<History, CloseHistory> history;
    const std::vector<std::string>& first_words;
    const std::vector<std::string>& later_words;
    bool is_ended = false;
    bool is_secret = false;
    bool is_away = false;
    std::string secret = {}; ///< as far as it is typed

    static State& of(EditLine* editor) {
        void* self = nullptr;
        el_get(editor, EL_CLIENTDATA, &self);
        return *static_cast<State*>(self);
    }

    std::string_view typed_before_cursor() const {
        const auto* line = el_line(editor.get());
        return {line->buffer, static_cast<std::size_t>(line->cursor - line->buffer)};
    }

    /// To the first row of what is being typed, and all below it gone.
    std::string to_first_row() const {
        const int columns = text::columns(std::string_view(prompt)) + text::columns(typed_before_cursor());
        const int rows = columns / terminal_width();
        return (rows > 0 ? "\x1b[" + std::to_string(rows) + "A" : "") + "\r\x1b[J";
    }

    static unsigned char delete_or_end(EditLine* editor, int) {
        const auto* line = el_line(editor);
        if (line->lastchar == line->buffer) {
            of(editor).is_ended = true;
            return CC_NORM;
        }
        if (line->cursor == line->lastchar) return CC_ERROR;
        el_cursor(editor, 1);
        el_deletestr(editor, 1);
        return CC_REFRESH;
    }

    static unsigned char complete(EditLine* editor, int) {
        const auto& self = of(editor);
        const auto before = self.typed_before_cursor();
        const auto space = before.rfind(' ');
        const bool is_first_word = space == std::string_view::npos;
        const auto typed = before.substr(is_first_word ? 0 : space + 1);
        std::vector<std::string> matches;
        for (const auto& word : is_first_word ? self.first_words : self.later_words)
            if (word.starts_with(typed)) matches.push_back(word);
        if (matches.empty()) return CC_ERROR;
        auto more = common_prefix(matches).substr(typed.size());
        if (matches.size() == 1) more += ' ';
        if (!more.empty()) return el_insertstr(editor, more.c_str()) == 0 ? CC_REFRESH : CC_ERROR;
        std::sort(matches.begin(), matches.end());
        std::string list = "\r\n";
        for (const auto& match : matches) list += match + "  ";
        write_to_terminal(list + "\r\n");
        return CC_REDISPLAY;
    }
};

void write_to_terminal(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return; // the reader is gone: the room goes on without it
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

LineEditor::LineEditor(const std::vector<std::string>& first_words,
                       const std::vector<std::string>& later_words)
    : state_(new State{std::unique_ptr<EditLine, CloseEditLine>(el_init("chatd", stdin, stdout, stderr)),
                       std::unique_ptr<History, CloseHistory>(history_init()), first_words, later_words}) {
    auto* editor = state_->editor.get();
    auto* remembered = state_->history.get();
    HistEvent event{};
    history(remembered, &event, H_SETSIZE, max_history);
    history(remembered, &event, H_SETUNIQUE, 1);
    el_set(editor, EL_CLIENTDATA, state_.get());
    el_set(
        editor, EL_PROMPT, +[](EditLine*) { return const_cast<char*>(prompt); });
    el_set(editor, EL_EDITOR, "emacs");
    el_set(editor, EL_HIST, history, remembered);
    el_set(editor, EL_ADDFN, "complete-word", "complete a command or a name", State::complete);
    el_set(editor, EL_BIND, "\t", "complete-word", nullptr);
    el_source(editor, nullptr); // the user's ~/.editrc
    el_set(editor, EL_ADDFN, "delete-or-end", "delete a character, or end the input", State::delete_or_end);
    el_set(editor, EL_BIND, "^D", "delete-or-end", nullptr);
    el_set(editor, EL_UNBUFFERED, 1);
}

LineEditor::~LineEditor() {
    if (state_->is_secret && !state_->is_away) set_echo(true);
    el_set(state_->editor.get(), EL_UNBUFFERED, 0);
}

void LineEditor::begin_secret() {
    if (state_->is_secret) return;
    erase();
    state_->is_secret = true;
    el_set(state_->editor.get(), EL_UNBUFFERED,
           0); // the terminal edits the line meanwhile, and shows none of it
    set_echo(false);
}

std::optional<LineEditor::Line> LineEditor::read_secret() {
    std::array<char, 1024> bytes{};
    const auto got = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (got <= 0) return std::nullopt;
    state_->secret.append(bytes.data(), static_cast<std::size_t>(got));
    if (state_->secret.back() != '\n') return std::nullopt;
    state_->secret.pop_back();
    state_->is_secret = false;
    set_echo(true);
    el_set(state_->editor.get(), EL_UNBUFFERED, 1);
    return Line{std::exchange(state_->secret, {}), true};
}

std::optional<LineEditor::Line> LineEditor::read_key() {
    if (state_->is_secret) return read_secret();
    auto* editor = state_->editor.get();
    int count = 0;
    const char* bytes = el_gets(editor, &count);
    if (bytes == nullptr || count <= 0 || (bytes[count - 1] != '\n' && bytes[count - 1] != '\r'))
        return std::nullopt;
    std::string line(bytes, static_cast<std::size_t>(count) - 1);
    HistEvent event{};
    if (!line.empty()) history(state_->history.get(), &event, H_ENTER, line.c_str());
    // The only way to begin a new line in this mode.
    el_set(editor, EL_UNBUFFERED, 0);
    el_set(editor, EL_UNBUFFERED, 1);
    return Line{line, false};
}

bool LineEditor::is_ended() const {
    return state_->is_ended;
}

void LineEditor::show_above(std::string_view lines) {
    if (state_->is_secret) return write_to_terminal(lines);
    write_to_terminal(state_->to_first_row() + std::string(lines));
    el_set(state_->editor.get(), EL_REFRESH);
}

void LineEditor::erase() {
    if (state_->is_secret) return;
    write_to_terminal(state_->to_first_row());
}

void LineEditor::leave_terminal() {
    state_->is_away = true;
    el_set(state_->editor.get(), EL_EDITMODE, 0); // libedit sets no terminal's mode then
}

void LineEditor::take_terminal() {
    auto* editor = state_->editor.get();
    state_->is_away = false;
    write_to_terminal("\r"); // over a prompt that stands here already
    el_set(editor, EL_EDITMODE, 1);
    if (state_->is_secret) return set_echo(false);
    const auto* line = el_line(editor);
    const std::string typed(line->buffer, line->lastchar);
    // It thinks that the terminal is in its mode still.
    el_set(editor, EL_UNBUFFERED, 0);
    el_set(editor, EL_UNBUFFERED, 1);
    if (!typed.empty()) el_insertstr(editor, typed.c_str());
    el_set(editor, EL_REFRESH);
}

void LineEditor::resize() {
    el_resize(state_->editor.get());
}

} // namespace chatd
