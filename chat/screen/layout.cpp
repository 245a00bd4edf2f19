// SPDX-License-Identifier: MIT
#include "chat/screen/layout.hpp"

#include "chat/text/wrap.hpp"
#include "chat/translate.hpp"
#include "common/text/utf8.hpp"
#include "common/text/width.hpp"

#include <algorithm>

namespace chat {
namespace {

constexpr int roster_from_columns = 60; // narrower screens are all messages
constexpr int most_paste_rows = 8;      // of what is asked about

InputRows input_rows(const Editor& editor, int columns) {
    columns = std::max(columns, 1);
    InputRows input;
    const auto text = editor.text();
    std::size_t offset = 0;
    for (const auto line : text::lines_of(text)) {
        // Cut where the row ends: what is typed has all its blanks.
        auto rest = line;
        for (;;) {
            auto length = text::cut_length_in_columns(rest, columns);
            if (length == 0 && !rest.empty()) length = text::graphemes(rest).front().size();
            const bool is_last = length == rest.size();
            const auto begin = offset;
            offset += length;
            const bool has_cursor = editor.cursor() >= begin && (editor.cursor() < offset || is_last) &&
                                    editor.cursor() <= offset;
            if (has_cursor) {
                input.cursor_row = static_cast<int>(input.rows.size());
                input.cursor_column = text::columns(rest.substr(0, editor.cursor() - begin));
            }
            input.rows.push_back(rest.substr(0, length));
            rest.remove_prefix(length);
            if (is_last) break;
        }
        ++offset; // the line feed
    }
    // The cursor behind a full row is at the front of the next one.
    if (input.cursor_column >= columns) {
        ++input.cursor_row;
        input.cursor_column = 0;
        if (input.cursor_row == static_cast<int>(input.rows.size())) input.rows.emplace_back();
    }
    return input;
}

std::string mark_of(Line::Delivery delivery, const std::string& retry_key) {
    switch (delivery) {
    case Line::Delivery::none: return "";
    case Line::Delivery::sending: return tr("sending");
    case Line::Delivery::not_sent: return tr("NOT SENT, {0} again", {retry_key});
    }
    return "";
}

/// A line's rows, first to last.
std::vector<Row> rows_of(const std::deque<Line>& lines, std::size_t index, const Layout& layout) {
    const auto& line = lines[index];
    std::vector<Row> rows;
    if (index > 0 && !is_same_day(lines[index - 1].time, line.time, layout.zone))
        rows.push_back({.line = &line, .is_day = true});
    const auto first = rows.size();
    const auto text = text_of(line);
    for (const auto row : wrap(text, layout.text_columns()))
        rows.push_back({.line = &line,
                        .text = std::string(row),
                        .offset = static_cast<std::size_t>(row.data() - text.data())});
    rows[first].is_first = true;
    if (auto mark = mark_of(line.delivery, layout.retry_key); !mark.empty()) {
        if (text::columns(rows.back().text) + 1 + text::columns(mark) > layout.text_columns())
            rows.push_back({.line = &line, .offset = text.size()});
        rows.back().mark = std::move(mark);
    }
    for (std::size_t i = 0; i < rows.size(); ++i)
        rows[i].rows_above_end = static_cast<int>(rows.size() - 1 - i);
    return rows;
}

/// Up from `anchor` by `rows`, or down, never past either end.
std::optional<Scrollback::Anchor> moved(const Model& model, const std::optional<Scrollback::Anchor>& anchor,
                                        const Layout& layout, int rows) {
    const auto& lines = model.scrollback.lines();
    const int height = layout.message_rows();
    if (lines.empty() || height == 0) return std::nullopt;
    if (rows >= 0) {
        const auto above = rows_up_from(model, anchor, layout, rows + height);
        const auto steps =
            std::min(static_cast<std::size_t>(rows), above.size() > static_cast<std::size_t>(height)
                                                         ? above.size() - static_cast<std::size_t>(height)
                                                         : 0);
        if (steps == 0) return anchor;
        const auto& last = above[steps];
        const auto newest = anchor ? anchor->newest : lines.back().number;
        return Scrollback::Anchor{last.line->number, last.rows_above_end, newest};
    }
    if (!anchor) return std::nullopt;
    int left = -rows;
    int hidden = anchor->rows_above_end;
    for (auto index = model.scrollback.index_of(anchor->number); index < lines.size();) {
        const bool is_newest = index + 1 == lines.size();
        if (left < hidden || (left == hidden && !is_newest))
            return Scrollback::Anchor{lines[index].number, hidden - left, anchor->newest};
        if (is_newest) break;
        left -= hidden;
        hidden = static_cast<int>(rows_of(lines, ++index, layout).size());
    }
    return std::nullopt;
}

/// In what it says, or in who says it.
bool holds(const Line& line, std::string_view folded_needle) {
    return text::folded(text_of(line)).find(folded_needle) != std::string::npos ||
           text::folded(line.name).find(folded_needle) != std::string::npos;
}

} // namespace

Layout layout_of(const Model& model, const UiState& ui, Size size) {
    Layout layout;
    layout.size = size;
    layout.has_roster =
        ui.has_roster && size.columns >= roster_from_columns && !model.members.roster().empty();
    layout.messages_end = size.columns - (layout.has_roster ? roster_columns : 0);
    layout.time_format = ui.time_format;
    layout.zone = ui.zone;
    layout.retry_key = ui.retry_key;
    std::tm widest{};
    widest.tm_hour = 22;
    widest.tm_min = widest.tm_sec = 22;
    widest.tm_mday = 22;
    const int time = text::columns(written(ui.time_format, widest));
    layout.time_columns = size.columns >= 40 && time > 0 && time <= size.columns / 4 ? time + 1 : 0;
    layout.name_columns = size.columns >= 80 ? 10 : size.columns >= 40 ? 8 : 6;
    layout.text_column = layout.time_columns + layout.name_columns + 3;
    const int most = std::max(1, size.rows / 3);
    const bool has_line = !ui.search && !ui.paste;
    if (has_line) layout.input = input_rows(ui.editor, size.columns - text::columns(input_prompt));
    if (has_line) layout.input_rows = std::min(most, static_cast<int>(layout.input.rows.size()));
    if (ui.paste)
        layout.paste_rows = std::min({1 + most_paste_rows, std::max(0, size.rows - 5),
                                      1 + static_cast<int>(text::lines_of(ui.paste->text).size())});
    return layout;
}

std::string text_of(const Line& line) {
    if (line.kind == Line::Kind::own && line.manner == Line::Manner::whispered)
        return tr("[to {0}]", {line.to}) + " " + line.text;
    if (line.more_joined + line.more_left == 0) return line.text;
    std::string more;
    if (line.more_joined > 0) more = tr("{0} joined", {std::to_string(line.more_joined)});
    if (line.more_left > 0)
        more += (more.empty() ? "" : ", ") + tr("{0} left", {std::to_string(line.more_left)});
    return line.text + "  (+" + more + ")";
}

std::vector<Row> rows_up_from(const Model& model, const std::optional<Scrollback::Anchor>& anchor,
                              const Layout& layout, int count) {
    const auto& lines = model.scrollback.lines();
    std::vector<Row> rows;
    std::size_t end = lines.size();
    int hidden = 0;
    if (anchor) {
        end = std::min(model.scrollback.index_of(anchor->number) + 1, lines.size());
        hidden = anchor->rows_above_end;
    }
    for (auto index = end; index-- > 0 && static_cast<int>(rows.size()) < count;) {
        const auto of_line = rows_of(lines, index, layout);
        // A line that was higher when it was narrower still has a row.
        hidden = std::min(hidden, static_cast<int>(of_line.size()) - 1);
        for (auto row = of_line.rbegin(); row != of_line.rend(); ++row) {
            if (row->rows_above_end < hidden) continue;
            rows.push_back(*row);
        }
        hidden = 0;
    }
    if (static_cast<int>(rows.size()) > count) rows.resize(static_cast<std::size_t>(std::max(count, 0)));
    return rows;
}

int message_rows(const Model& model, const UiState& ui, Size size) {
    return layout_of(model, ui, size).message_rows();
}

bool is_at_top(const Model& model, const UiState& ui, Size size) {
    const auto layout = layout_of(model, ui, size);
    const int height = layout.message_rows();
    return static_cast<int>(rows_up_from(model, model.scrollback.anchor, layout, height + 1).size()) <=
           height;
}

std::optional<Scrollback::Anchor> scrolled(const Model& model, const UiState& ui, Size size, int rows) {
    return moved(model, model.scrollback.anchor, layout_of(model, ui, size), rows);
}

std::optional<Scrollback::Anchor> scrolled_to_top(const Model& model, const UiState& ui, Size size) {
    const auto layout = layout_of(model, ui, size);
    const auto& lines = model.scrollback.lines();
    int left = layout.message_rows();
    for (std::size_t index = 0; index < lines.size(); ++index) {
        const auto rows = static_cast<int>(rows_of(lines, index, layout).size());
        if (rows >= left && (index + 1 < lines.size() || rows > left))
            return Scrollback::Anchor{lines[index].number, rows - left,
                                      model.scrollback.anchor ? model.scrollback.anchor->newest
                                                              : lines.back().number};
        left -= rows;
    }
    return std::nullopt; // all of it is on the screen
}

std::optional<Scrollback::Anchor> scrolled_to(const Model& model, const UiState& ui, Size size,
                                              std::size_t index) {
    const auto layout = layout_of(model, ui, size);
    const int height = layout.message_rows();
    const auto newest =
        model.scrollback.anchor ? model.scrollback.anchor->newest : model.scrollback.lines().back().number;
    // Half a screen of newer lines below it, and no row blank above.
    const auto there = moved(model, Scrollback::Anchor{model.scrollback.lines()[index].number, 0, newest},
                             layout, -height / 2);
    if (static_cast<int>(rows_up_from(model, there, layout, height).size()) < height)
        return scrolled_to_top(model, ui, size);
    return there;
}

std::optional<std::size_t> find_older(const Model& model, std::string_view folded_needle, std::size_t index) {
    const auto& lines = model.scrollback.lines();
    for (index = std::min(index, lines.size()); index-- > 0;)
        if (holds(lines[index], folded_needle)) return index;
    return std::nullopt;
}

std::optional<std::size_t> find_newer(const Model& model, std::string_view folded_needle, std::size_t index) {
    const auto& lines = model.scrollback.lines();
    for (; index < lines.size(); ++index)
        if (holds(lines[index], folded_needle)) return index;
    return std::nullopt;
}

} // namespace chat
