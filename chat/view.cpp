// SPDX-License-Identifier: MIT
#include "chat/view.hpp"

#include "chat/wrap.hpp"
#include "common/text/utf8.hpp"
#include "common/text/width.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace chat {
namespace {

constexpr int roster_columns = 16;
constexpr int roster_from_columns = 60; // narrower screens are all messages
constexpr int first_message_row = 2;    // below the title and the day
constexpr int rows_below = 2;           // status and input

/// Where things stand on a screen of one size.
struct Layout {
    Size size;
    bool has_roster = false;
    int time_columns = 0; ///< with the blank behind it
    int name_columns = 0;
    int text_column = 0;
    int messages_end = 0; ///< column behind the messages
    /// The last column stays blank beside the roster.
    int text_columns() const { return messages_end - text_column - (has_roster ? 1 : 0); }
};

Layout layout_of(const Model& model, Size size) {
    Layout layout;
    layout.size = size;
    layout.has_roster = size.columns >= roster_from_columns && !model.roster().empty();
    layout.messages_end = size.columns - (layout.has_roster ? roster_columns : 0);
    layout.time_columns = size.columns >= 40 ? 6 : 0;
    layout.name_columns = size.columns >= 80 ? 10 : size.columns >= 40 ? 8 : 6;
    layout.text_column = layout.time_columns + layout.name_columns + 3;
    return layout;
}

std::string_view mark_of(Line::Delivery delivery) {
    switch (delivery) {
    case Line::Delivery::none: return "";
    case Line::Delivery::sending: return "sending";
    case Line::Delivery::not_sent: return "NOT SENT";
    }
    return "";
}

/// One row of the message area.
struct Row {
    const Line* line = nullptr;
    std::string_view text = {};
    std::string_view mark = {}; ///< at the right edge
    int rows_above_end = 0;
    bool is_first = false;
    bool is_day = false; ///< only the line's day
};

bool is_same_day(const std::tm& a, const std::tm& b) {
    return a.tm_yday == b.tm_yday && a.tm_year == b.tm_year;
}

std::string day_text(const std::tm& time) {
    std::array<char, 64> out{};
    return {out.data(), std::strftime(out.data(), out.size(), "%a %d %b %Y", &time)};
}

/// A line's rows, first to last.
std::vector<Row> rows_of(const std::deque<Line>& lines, std::size_t index, const Layout& layout) {
    const auto& line = lines[index];
    std::vector<Row> rows;
    if (index > 0 && !is_same_day(lines[index - 1].time, line.time))
        rows.push_back({.line = &line, .is_day = true});
    const auto first = rows.size();
    for (const auto text : wrap(line.text, layout.text_columns()))
        rows.push_back({.line = &line, .text = text});
    rows[first].is_first = true;
    if (const auto mark = mark_of(line.delivery); !mark.empty()) {
        if (text::columns(rows.back().text) + 1 + text::columns(mark) > layout.text_columns())
            rows.push_back({.line = &line});
        rows.back().mark = mark;
    }
    for (std::size_t i = 0; i < rows.size(); ++i)
        rows[i].rows_above_end = static_cast<int>(rows.size() - 1 - i);
    return rows;
}

std::size_t index_of(const std::deque<Line>& lines, std::uint64_t number) {
    const auto found = std::lower_bound(lines.begin(), lines.end(), number,
                                        [](const Line& line, std::uint64_t n) { return line.number < n; });
    return static_cast<std::size_t>(found - lines.begin());
}

/// Up to `count` rows that end where the view stands, last to first.
std::vector<Row> rows_up_from_view(const Model& model, const Layout& layout, int count) {
    const auto& lines = model.lines();
    std::vector<Row> rows;
    std::size_t end = lines.size();
    int hidden = 0;
    if (model.anchor) {
        end = std::min(index_of(lines, model.anchor->number) + 1, lines.size());
        hidden = model.anchor->rows_above_end;
    }
    for (auto index = end; index-- > 0 && static_cast<int>(rows.size()) < count;) {
        const auto of_line = rows_of(lines, index, layout);
        for (auto row = of_line.rbegin(); row != of_line.rend(); ++row) {
            if (row->rows_above_end < hidden) continue;
            rows.push_back(*row);
        }
        hidden = 0;
    }
    if (static_cast<int>(rows.size()) > count) rows.resize(static_cast<std::size_t>(std::max(count, 0)));
    return rows;
}

Style style_of_name(const std::string& name) {
    // FNV-1a, so that a name has one colour everywhere.
    std::uint32_t hash = 2166136261U;
    for (const char byte : name) hash = (hash ^ static_cast<unsigned char>(byte)) * 16777619U;
    return {.hue = static_cast<std::uint8_t>(1 + hash % Style::hues)};
}

Style name_style(const Line& line) {
    switch (line.kind) {
    case Line::Kind::said: return style_of_name(line.name);
    case Line::Kind::own: return {.is_bold = true};
    case Line::Kind::admin:
    case Line::Kind::host: return {.is_bold = true, .is_reverse = true};
    case Line::Kind::notice:
    case Line::Kind::local:
    case Line::Kind::unread: return {.is_dim = true};
    }
    return {};
}

Style text_style(const Line& line) {
    switch (line.kind) {
    case Line::Kind::admin: return {.is_bold = true};
    case Line::Kind::notice:
    case Line::Kind::local: return {.is_dim = true};
    case Line::Kind::said:
    case Line::Kind::own:
    case Line::Kind::unread:
    case Line::Kind::host: return {};
    }
    return {};
}

/// `name` in `columns`, cut with an ellipsis where it is longer.
std::string fitted(std::string_view name, int columns) {
    if (text::columns(name) <= columns) return std::string(name);
    return std::string(name.substr(0, text::cut_length_in_columns(name, columns - 1))) + "…";
}

void put_right(Cells& cells, int row, int end, std::string_view text, Style style, int from = 0) {
    cells.put(row, std::max(from, end - text::columns(text)), text, style, end);
}

void draw_row(Cells& cells, int at, const Row& row, const Layout& layout) {
    const auto& line = *row.line;
    if (row.is_day) {
        cells.fill(at, 0, layout.messages_end, "─", {.is_dim = true});
        const auto day = " " + day_text(line.time) + " ";
        cells.put(at, (layout.messages_end - text::columns(day)) / 2, day, {}, layout.messages_end);
        return;
    }
    if (line.kind == Line::Kind::unread) {
        cells.fill(at, 0, layout.messages_end, "-", {.is_bold = true});
        const auto words = " " + line.text + " ";
        cells.put(at, (layout.messages_end - text::columns(words)) / 2, words, {.is_bold = true},
                  layout.messages_end);
        return;
    }
    const int separator = layout.text_column - 2;
    if (row.is_first) {
        if (layout.time_columns > 0) {
            std::array<char, 8> time{};
            cells.put(at, 0, {time.data(), std::strftime(time.data(), time.size(), "%H:%M", &line.time)},
                      {.is_dim = true});
        }
        put_right(cells, at, separator - 1, fitted(line.name, layout.name_columns), name_style(line),
                  layout.time_columns);
    }
    cells.put(at, separator, "│", {.is_dim = true});
    cells.put(at, layout.text_column, row.text, text_style(line), layout.messages_end);
    put_right(cells, at, layout.text_column + layout.text_columns(), row.mark,
              {.is_bold = row.mark == mark_of(Line::Delivery::not_sent)}, layout.text_column);
}

void draw_title(Cells& cells, const Model& model) {
    cells.fill(0, 0, cells.size().columns, " ", {.is_reverse = true});
    const auto place = model.room.empty() ? model.host : model.room + " on " + model.host;
    const int place_end = cells.put(0, 1, place, {.is_bold = true, .is_reverse = true});
    const auto lock = std::string(!model.is_encrypted ? " │ classic: not encrypted, nothing confirmed"
                                  : model.has_key     ? " │ encrypted, with a key"
                                                      : " │ encrypted");
    int end = place_end;
    if (!model.topic.empty()) end = cells.put(0, end, " │ " + model.topic, {.is_reverse = true});
    // What protects the room is shown whatever the topic says.
    const int start = std::max(place_end, std::min(end, cells.size().columns - 1 - text::columns(lock)));
    cells.fill(0, start, cells.size().columns - start, " ", {.is_reverse = true});
    cells.put(0, start, lock, {.is_reverse = true});
}

void draw_day(Cells& cells, const Model& model, const Layout& layout, const std::vector<Row>& rows) {
    cells.fill(1, 0, layout.size.columns, "─", {.is_dim = true});
    if (!rows.empty()) {
        const auto day = " " + day_text(rows.back().line->time) + " ";
        cells.put(1, std::max(0, (layout.messages_end - text::columns(day)) / 2), day, {},
                  layout.messages_end);
    }
    if (layout.has_roster) {
        int column = cells.put(1, layout.messages_end, "┬─", {.is_dim = true});
        column = cells.put(1, column,
                           (model.is_roster_whole ? " here " : " seen ") +
                               std::to_string(model.roster().size()) + " ");
    }
}

void draw_roster(Cells& cells, const Model& model, const Layout& layout) {
    const int end = layout.size.rows - rows_below;
    for (int row = first_message_row; row < end; ++row)
        cells.put(row, layout.messages_end, "│", {.is_dim = true});
    int row = first_message_row;
    std::size_t shown = 0;
    for (const auto& [who, presence] : model.roster()) {
        if (row == end) break;
        const auto left = model.roster().size() - shown;
        if (row == end - 1 && left > 1) {
            cells.put(row, layout.messages_end + 2, "+" + std::to_string(left) + " more", {.is_dim = true});
            break;
        }
        const bool is_self = who == model.name;
        // A name that no key stands behind says so.
        const std::string_view mark = presence.is_unreachable                        ? " gone?"
                                      : presence.is_away                             ? " away"
                                      : is_self                                      ? " (you)"
                                      : presence.is_classic && model.is_roster_whole ? " ?"
                                                                                     : "";
        const auto shown_name = fitted(who, roster_columns - 3 - text::columns(mark));
        const int column = cells.put(row, layout.messages_end + 2, shown_name,
                                     is_self ? Style{.is_bold = true} : style_of_name(who));
        cells.put(row, column, mark);
        ++row;
        ++shown;
    }
}

/// "12 s", "4 min", "2 h"
std::string in_words(Duration duration) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(duration).count();
    if (seconds < 120) return std::to_string(seconds) + " s";
    if (seconds < 7200) return std::to_string(seconds / 60) + " min";
    return std::to_string(seconds / 3600) + " h";
}

std::string typing_words(const std::vector<std::string>& typists) {
    constexpr std::size_t most_named = 2;
    if (typists.size() > most_named) return std::to_string(typists.size()) + " are typing";
    return typists.front() + (typists.size() > 1 ? " and " + typists.back() + " are" : " is") + " typing";
}

void draw_status(Cells& cells, const Model& model) {
    const int row = cells.size().rows - rows_below;
    const Style style{.is_reverse = true};
    cells.fill(row, 0, cells.size().columns, " ", style);
    int column = cells.put(row, 1, "[" + model.name + (model.is_away ? ", away]" : "]"), style);
    const auto add = [&](const std::string& words) { column = cells.put(row, column + 2, words, style); };
    switch (model.connection) {
    case Model::Connection::joining: add("joining…"); break;
    case Model::Connection::online: break;
    case Model::Connection::offline:
        add(model.is_encrypted ? "last contact " + in_words(model.silence) + " ago"
                               : std::string("host gone, trying again"));
        break;
    case Model::Connection::closed: add("not in the room; /quit leaves"); break;
    }
    if (model.waiting_lines() > 0 && model.connection != Model::Connection::closed)
        add(std::to_string(model.waiting_lines()) + " waiting");
    if (model.anchor)
        add((model.new_below() > 0 ? std::to_string(model.new_below()) + " new below"
                                   : std::string("scrolled up")) +
            " (Alt-End)");
    if (model.is_looking) add("looking…");
    if (!model.typists.empty()) add(typing_words(model.typists));
    if (model.round_trip && model.connection == Model::Connection::online)
        put_right(
            cells, row, cells.size().columns - 1,
            "  rtt " +
                std::to_string(std::chrono::ceil<std::chrono::milliseconds>(*model.round_trip).count()) +
                " ms",
            style, column);
}

void draw_input(Cells& cells, const Editor& editor) {
    constexpr std::string_view prompt = "> ";
    const int row = cells.size().rows - 1;
    const int start = cells.put(row, 0, prompt);
    const int room = cells.size().columns - start;
    // The whole line scrolls sideways, half a row at a time, so that the cursor is on it.
    auto shown = editor.text();
    auto before = shown.substr(0, editor.cursor());
    while (text::columns(before) >= room) {
        const auto skipped =
            std::max<std::size_t>(text::cut_length_in_columns(before, std::max(1, room / 2)), 1);
        shown.remove_prefix(skipped);
        before.remove_prefix(skipped);
    }
    cells.put(row, start, shown);
    cells.cursor_row = row;
    cells.cursor_column = start + text::columns(before);
}

} // namespace

int message_rows(Size size) {
    return std::max(0, size.rows - first_message_row - rows_below);
}

bool is_at_top(const Model& model, Size size) {
    const int height = message_rows(size);
    return static_cast<int>(rows_up_from_view(model, layout_of(model, size), height + 1).size()) <= height;
}

std::optional<Model::Anchor> scrolled(const Model& model, Size size, int rows) {
    const auto layout = layout_of(model, size);
    const auto& lines = model.lines();
    const int height = message_rows(size);
    if (lines.empty() || height == 0) return std::nullopt;
    if (rows >= 0) {
        const auto above = rows_up_from_view(model, layout, rows + height);
        const auto steps =
            std::min(static_cast<std::size_t>(rows), above.size() > static_cast<std::size_t>(height)
                                                         ? above.size() - static_cast<std::size_t>(height)
                                                         : 0);
        if (steps == 0) return model.anchor;
        const auto& last = above[steps];
        const auto newest = model.anchor ? model.anchor->newest : lines.back().number;
        return Model::Anchor{last.line->number, last.rows_above_end, newest};
    }
    if (!model.anchor) return std::nullopt;
    int left = -rows;
    int hidden = model.anchor->rows_above_end;
    for (auto index = index_of(lines, model.anchor->number); index < lines.size();) {
        const bool is_newest = index + 1 == lines.size();
        if (left < hidden || (left == hidden && !is_newest))
            return Model::Anchor{lines[index].number, hidden - left, model.anchor->newest};
        if (is_newest) break;
        left -= hidden;
        hidden = static_cast<int>(rows_of(lines, ++index, layout).size());
    }
    return std::nullopt;
}

Cells draw(const Model& model, const Editor& editor, Size size) {
    Cells cells(size);
    if (size.rows < smallest_screen.rows || size.columns < smallest_screen.columns) {
        cells.put(0, 0, "too small");
        return cells;
    }
    const auto layout = layout_of(model, size);
    const int height = message_rows(size);
    const auto rows = rows_up_from_view(model, layout, height);
    draw_title(cells, model);
    draw_day(cells, model, layout, rows);
    for (std::size_t i = 0; i < rows.size(); ++i)
        draw_row(cells, first_message_row + static_cast<int>(rows.size() - 1 - i), rows[i], layout);
    if (layout.has_roster) draw_roster(cells, model, layout);
    draw_status(cells, model);
    draw_input(cells, editor);
    return cells;
}

} // namespace chat
