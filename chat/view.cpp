// SPDX-License-Identifier: MIT
#include "chat/view.hpp"

#include "chat/tr.hpp"
#include "chat/urls.hpp"
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
constexpr int most_paste_rows = 8;      // of what is asked about
constexpr std::string_view prompt = "> ";

/// What is typed, in rows of the screen.
struct InputRows {
    std::vector<std::string_view> rows;
    int cursor_row = 0;
    int cursor_column = 0;
};

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

/// Where things stand on a screen of one size.
struct Layout {
    Size size;
    bool has_roster = false;
    int time_columns = 0; ///< with the blank behind it
    int name_columns = 0;
    int text_column = 0;
    int messages_end = 0; ///< column behind the messages
    int input_rows = 1;
    int paste_rows = 0; ///< with the heading
    std::string time_format;
    std::string retry_key;
    /// The last column stays blank beside the roster.
    int text_columns() const { return messages_end - text_column - (has_roster ? 1 : 0); }
    int status_row() const { return size.rows - input_rows - 1; }
    int message_rows() const { return std::max(0, status_row() - paste_rows - first_message_row); }
};

std::string shown_time(const std::string& format, const std::tm& time) {
    std::array<char, 128> out{};
    return {out.data(), std::strftime(out.data(), out.size(), format.c_str(), &time)};
}

Layout layout_of(const Model& model, const Ui& ui, Size size) {
    Layout layout;
    layout.size = size;
    layout.has_roster = ui.has_roster && size.columns >= roster_from_columns && !model.roster().empty();
    layout.messages_end = size.columns - (layout.has_roster ? roster_columns : 0);
    layout.time_format = ui.time_format;
    layout.retry_key = ui.retry_key;
    std::tm widest{};
    widest.tm_hour = 22;
    widest.tm_min = widest.tm_sec = 22;
    widest.tm_mday = 22;
    const int time = text::columns(shown_time(ui.time_format, widest));
    layout.time_columns = size.columns >= 40 && time > 0 && time <= size.columns / 4 ? time + 1 : 0;
    layout.name_columns = size.columns >= 80 ? 10 : size.columns >= 40 ? 8 : 6;
    layout.text_column = layout.time_columns + layout.name_columns + 3;
    const int most = std::max(1, size.rows / 3);
    const bool has_line = !ui.search && !ui.paste;
    if (has_line)
        layout.input_rows = std::min(
            most, static_cast<int>(input_rows(ui.editor, size.columns - text::columns(prompt)).rows.size()));
    if (ui.paste)
        layout.paste_rows = std::min({1 + most_paste_rows, std::max(0, size.rows - 5),
                                      1 + static_cast<int>(text::lines_of(ui.paste->text).size())});
    return layout;
}

std::string mark_of(Line::Delivery delivery, const std::string& retry_key) {
    switch (delivery) {
    case Line::Delivery::none: return "";
    case Line::Delivery::sending: return tr("sending");
    case Line::Delivery::not_sent: return tr("NOT SENT, {0} again", {retry_key});
    }
    return "";
}

/// What a line says; of a crowd, how many others came and went.
std::string text_of(const Line& line) {
    if (line.more_joined + line.more_left == 0) return line.text;
    std::string more;
    if (line.more_joined > 0) more = tr("{0} joined", {std::to_string(line.more_joined)});
    if (line.more_left > 0)
        more += (more.empty() ? "" : ", ") + tr("{0} left", {std::to_string(line.more_left)});
    return line.text + "  (+" + more + ")";
}

/// One row of the message area.
struct Row {
    const Line* line = nullptr;
    std::string text = {};
    std::size_t offset = 0; ///< of it in the line's text
    std::string mark = {};  ///< at the right edge
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

/// Up to `count` rows that end where a view stands, last to first.
std::vector<Row> rows_up_from(const Model& model, const std::optional<Model::Anchor>& anchor,
                              const Layout& layout, int count) {
    const auto& lines = model.lines();
    std::vector<Row> rows;
    std::size_t end = lines.size();
    int hidden = 0;
    if (anchor) {
        end = std::min(model.index_of(anchor->number) + 1, lines.size());
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

Style style_of_name(const std::string& name) {
    // FNV-1a, so that a name has one colour everywhere.
    std::uint32_t hash = 2166136261U;
    for (const char byte : name) hash = (hash ^ static_cast<unsigned char>(byte)) * 16777619U;
    return {.hue = static_cast<std::uint8_t>(1 + hash % Style::hues)};
}

Style name_style(const Line& line) {
    switch (line.kind) {
    case Line::Kind::said: {
        auto style = style_of_name(line.name);
        style.is_bold = line.is_mention;
        return style;
    }
    case Line::Kind::own: return {.is_bold = true};
    case Line::Kind::admin:
    case Line::Kind::host: return {.is_bold = true, .is_reverse = true};
    case Line::Kind::notice:
    case Line::Kind::crowd:
    case Line::Kind::local:
    case Line::Kind::unread: return {.is_dim = true};
    }
    return {};
}

Style text_style(const Line& line) {
    switch (line.kind) {
    case Line::Kind::admin: return {.is_bold = true};
    case Line::Kind::notice:
    case Line::Kind::crowd:
    case Line::Kind::local: return {.is_dim = true};
    case Line::Kind::said: return {.is_bold = line.is_mention};
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

/// A heading across the messages.
void draw_rule(Cells& cells, int at, const Layout& layout, std::string_view glyph, const std::string& words,
               Style style) {
    cells.fill(at, 0, layout.messages_end, glyph, style);
    cells.put(at, std::max(0, (layout.messages_end - text::columns(words)) / 2), words, style,
              layout.messages_end);
}

/// Where `folded_needle` is in `text`: begins and ends, in bytes.
std::vector<std::pair<std::size_t, std::size_t>> matches_in(std::string_view text,
                                                            std::string_view folded_needle) {
    std::string folded;
    std::vector<std::size_t> origin; // of each byte of it
    std::size_t offset = 0;
    for (const auto cluster : text::graphemes(text)) {
        folded += text::folded(cluster);
        origin.resize(folded.size(), offset);
        offset += cluster.size();
    }
    origin.push_back(text.size());
    std::vector<std::pair<std::size_t, std::size_t>> matches;
    for (auto at = folded.find(folded_needle); at != std::string::npos && !folded_needle.empty();
         at = folded.find(folded_needle, at + folded_needle.size())) {
        auto last = at + folded_needle.size();
        while (last < folded.size() && origin[last] == origin[last - 1]) ++last; // all of a cluster
        matches.emplace_back(origin[at], origin[last]);
    }
    return matches;
}

/// What of a row belongs to `first` to before `last` of its line: begins and ends, in bytes of the row.
std::optional<std::pair<std::size_t, std::size_t>> part_of(const Row& row, std::size_t first,
                                                           std::size_t last) {
    const auto begin = std::max(first, row.offset);
    const auto end = std::min(last, row.offset + row.text.size());
    if (begin >= end) return std::nullopt;
    return std::pair(begin - row.offset, end - row.offset);
}

/// A web address that goes on in the next row leads there from both.
void put_links(Cells& cells, int at, int column, const Row& row) {
    if (row.line->text.find("://") == std::string::npos) return;
    const auto text = text_of(*row.line);
    for (const auto& [first, last] : urls_in(text)) {
        const auto part = part_of(row, first, last);
        if (!part) continue;
        const auto shown = std::string_view(row.text);
        cells.links.push_back({at, column + text::columns(shown.substr(0, part->first)),
                               column + text::columns(shown.substr(0, part->second)),
                               text.substr(first, last - first)});
    }
}

/// Text with what is looked for in reverse.
void put_marked(Cells& cells, int at, int column, const Row& row, Style style, int end,
                std::string_view folded_needle) {
    cells.put(at, column, row.text, style, end);
    put_links(cells, at, column, row);
    if (folded_needle.empty()) return;
    auto marked = style;
    marked.is_reverse = true;
    for (const auto& [first, last] : matches_in(text_of(*row.line), folded_needle)) {
        const auto part = part_of(row, first, last);
        if (!part) continue;
        const auto shown = std::string_view(row.text);
        cells.put(at, column + text::columns(shown.substr(0, part->first)),
                  shown.substr(part->first, part->second - part->first), marked, end);
    }
}

void draw_row(Cells& cells, int at, const Row& row, const Layout& layout, const Model& model,
              std::string_view folded_needle) {
    const auto& line = *row.line;
    if (row.is_day)
        return draw_rule(cells, at, layout, "─", " " + day_text(line.time) + " ", {.is_dim = true});
    if (line.kind == Line::Kind::unread)
        return draw_rule(cells, at, layout, "-",
                         " " + tr("{0} unread", {std::to_string(model.marked())}) + " ", {.is_bold = true});
    const int separator = layout.text_column - 2;
    if (row.is_first) {
        if (layout.time_columns > 0)
            cells.put(at, 0, shown_time(layout.time_format, line.time), {.is_dim = true},
                      layout.time_columns);
        // Nothing is told by its colour alone.
        const auto name = (line.is_mention ? ">" : "") + line.name;
        put_right(cells, at, separator - 1, fitted(name, layout.name_columns), name_style(line),
                  layout.time_columns);
    }
    cells.put(at, separator, "│", {.is_dim = true});
    put_marked(cells, at, layout.text_column, row, text_style(line), layout.messages_end, folded_needle);
    put_right(cells, at, layout.text_column + layout.text_columns(), row.mark,
              {.is_bold = line.delivery == Line::Delivery::not_sent}, layout.text_column);
}

void draw_title(Cells& cells, const Model& model) {
    cells.fill(0, 0, cells.size().columns, " ", {.is_reverse = true});
    const auto place = model.room.empty() ? model.host : tr("{0} on {1}", {model.room, model.host});
    const int place_end = cells.put(0, 1, place, {.is_bold = true, .is_reverse = true});
    const auto lock =
        std::string(!model.is_encrypted ? " │ " + tr("classic: not encrypted, nothing confirmed")
                    : model.has_key     ? " │ " + tr("encrypted, with a key")
                                        : " │ " + tr("encrypted"));
    int end = place_end;
    if (!model.topic.empty()) end = cells.put(0, end, " │ " + model.topic, {.is_reverse = true});
    // What protects the room is shown whatever the topic says.
    const int start = std::max(place_end, std::min(end, cells.size().columns - 1 - text::columns(lock)));
    cells.fill(0, start, cells.size().columns, " ", {.is_reverse = true});
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
                           " " + (model.is_roster_whole ? tr("here") : tr("seen")) + " " +
                               std::to_string(model.roster().size()) + " ");
    }
}

void draw_roster(Cells& cells, const Model& model, const Layout& layout) {
    const int end = layout.status_row() - layout.paste_rows;
    for (int row = first_message_row; row < end; ++row)
        cells.put(row, layout.messages_end, "│", {.is_dim = true});
    int row = first_message_row;
    std::size_t shown = 0;
    for (const auto& [who, presence] : model.roster()) {
        if (row == end) break;
        const auto left = model.roster().size() - shown;
        if (row == end - 1 && left > 1) {
            cells.put(row, layout.messages_end + 2, tr("+{0} more", {std::to_string(left)}),
                      {.is_dim = true});
            break;
        }
        const bool is_self = who == model.name;
        // A name that no key stands behind says so.
        const auto mark = presence.is_unreachable                        ? " " + tr("gone?")
                          : presence.is_away                             ? " " + tr("away")
                          : is_self                                      ? " " + tr("(you)")
                          : presence.is_classic && model.is_roster_whole ? std::string(" ?")
                                                                         : std::string();
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
    if (seconds < 120) return tr("{0} s", {std::to_string(seconds)});
    if (seconds < 7200) return tr("{0} min", {std::to_string(seconds / 60)});
    return tr("{0} h", {std::to_string(seconds / 3600)});
}

std::string typing_words(const std::vector<std::string>& typists) {
    constexpr std::size_t most_named = 2;
    if (typists.size() > most_named) return tr("{0} are typing", {std::to_string(typists.size())});
    return typists.size() > 1 ? tr("{0} and {1} are typing", {typists.front(), typists.back()})
                              : tr("{0} is typing", {typists.front()});
}

/// What the word at the cursor may become, with the one that stands there in brackets.
void draw_candidates(Cells& cells, const Completion& completion, int row) {
    const Style style{.is_reverse = true};
    const auto shown = [&](std::size_t i) {
        const auto& candidate = completion.candidates[i];
        const auto word = candidate.substr(0, candidate.find_last_not_of(": ") + 1);
        return i == completion.chosen ? "[" + word + "]" : " " + word + " ";
    };
    // From the first on from which the chosen one still fits.
    std::size_t first = 0;
    for (int used = 0; first < completion.chosen; ++first) {
        used = 1;
        for (auto i = first; i <= completion.chosen; ++i) used += text::columns(shown(i)) + 1;
        if (used < cells.size().columns) break;
    }
    int column = 1;
    for (auto i = first; i < completion.candidates.size(); ++i)
        column = cells.put(row, column, shown(i), style) + 1;
}

void draw_status(Cells& cells, const Model& model, const Ui& ui, const Layout& layout) {
    const int row = layout.status_row();
    const Style style{.is_reverse = true};
    cells.fill(row, 0, cells.size().columns, " ", style);
    if (ui.completion) return draw_candidates(cells, *ui.completion, row);
    int column = cells.put(row, 1, "[" + model.name + (model.is_away ? ", " + tr("away") + "]" : "]"), style);
    const auto add = [&](const std::string& words) { column = cells.put(row, column + 2, words, style); };
    switch (model.connection) {
    case Model::Connection::joining: add(tr("joining…")); break;
    case Model::Connection::online: break;
    case Model::Connection::offline:
        add(model.is_encrypted ? tr("last contact {0} ago", {in_words(model.silence)})
                               : tr("host gone, trying again"));
        break;
    case Model::Connection::closed: add(tr("not in the room; /quit leaves")); break;
    }
    if (model.waiting_lines() > 0 && model.connection != Model::Connection::closed)
        add(tr("{0} waiting", {std::to_string(model.waiting_lines())}));
    if (model.anchor)
        add((model.new_below() > 0 ? tr("{0} new below", {std::to_string(model.new_below())})
                                   : tr("scrolled up")) +
            " (" + ui.newest_key + ")");
    if (model.is_looking) add(tr("looking…"));
    if (!model.typists.empty()) add(typing_words(model.typists));
    if (model.round_trip && model.connection == Model::Connection::online)
        put_right(
            cells, row, cells.size().columns - 1,
            "  rtt " +
                std::to_string(std::chrono::ceil<std::chrono::milliseconds>(*model.round_trip).count()) +
                " ms",
            style, column);
}

void draw_search(Cells& cells, const Search& search, int row) {
    int column = cells.put(row, 0, tr("search:") + " ");
    auto shown = std::string_view(search.query);
    while (column + text::columns(shown) >= cells.size().columns && !shown.empty())
        shown.remove_prefix(text::graphemes(shown).front().size());
    column = cells.put(row, column, shown);
    cells.cursor_row = row;
    cells.cursor_column = column;
    if (search.query.empty() || search.found != 0) return;
    put_right(cells, row, cells.size().columns, tr("not here; /history asks the host"), {.is_dim = true},
              column + 2);
}

void draw_paste(Cells& cells, const Paste& paste, const Layout& layout) {
    const auto lines = text::lines_of(paste.text);
    const int first = layout.status_row() - layout.paste_rows;
    const auto characters = std::to_string(text::graphemes(paste.text).size());
    const auto heading = " " +
                         (lines.size() == 1 ? tr("a paste of one line, {0} characters", {characters})
                                            : tr("a paste of {0} lines, {1} characters",
                                                 {std::to_string(lines.size()), characters})) +
                         " ";
    if (layout.paste_rows > 0) {
        cells.fill(first, 0, layout.size.columns, "─", {.is_dim = true});
        cells.put(first, 1, heading, {.is_bold = true});
    }
    for (int i = 1; i < layout.paste_rows; ++i) {
        const auto index = static_cast<std::size_t>(i) - 1;
        const auto left = lines.size() - index;
        cells.fill(first + i, 0, layout.size.columns, " ", {});
        if (i == layout.paste_rows - 1 && left > 1)
            cells.put(first + i, 2, tr("… and {0} more lines", {std::to_string(left)}), {.is_dim = true});
        else
            cells.put(first + i, 2, lines[index]);
    }
    const int row = layout.status_row() + 1;
    cells.cursor_row = row;
    cells.cursor_column = std::min(
        cells.put(row, 0,
                  (paste.messages.size() == 1 ? tr("Enter says it as one message, e edits it, Esc drops it")
                                              : tr("Enter says it as {0} messages, e edits it, Esc drops it",
                                                   {std::to_string(paste.messages.size())})) +
                      " "),
        layout.size.columns - 1);
}

void draw_input(Cells& cells, const Editor& editor, const Layout& layout) {
    const int start = text::columns(prompt);
    const auto input = input_rows(editor, layout.size.columns - start);
    const int first_row = layout.status_row() + 1;
    cells.put(first_row, 0, prompt);
    // Scrolls within itself, so that the cursor is on it.
    const int top = std::clamp(input.cursor_row - layout.input_rows + 1, 0,
                               static_cast<int>(input.rows.size()) - layout.input_rows);
    for (int row = top; row < top + layout.input_rows; ++row)
        cells.put(first_row + row - top, start, input.rows[static_cast<std::size_t>(row)]);
    cells.cursor_row = first_row + input.cursor_row - top;
    cells.cursor_column = start + input.cursor_column;
}

/// Up from `anchor` by `rows`, or down, never past either end.
std::optional<Model::Anchor> moved(const Model& model, const std::optional<Model::Anchor>& anchor,
                                   const Layout& layout, int rows) {
    const auto& lines = model.lines();
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
        return Model::Anchor{last.line->number, last.rows_above_end, newest};
    }
    if (!anchor) return std::nullopt;
    int left = -rows;
    int hidden = anchor->rows_above_end;
    for (auto index = model.index_of(anchor->number); index < lines.size();) {
        const bool is_newest = index + 1 == lines.size();
        if (left < hidden || (left == hidden && !is_newest))
            return Model::Anchor{lines[index].number, hidden - left, anchor->newest};
        if (is_newest) break;
        left -= hidden;
        hidden = static_cast<int>(rows_of(lines, ++index, layout).size());
    }
    return std::nullopt;
}

} // namespace

int message_rows(const Model& model, const Ui& ui, Size size) {
    return layout_of(model, ui, size).message_rows();
}

bool is_at_top(const Model& model, const Ui& ui, Size size) {
    const auto layout = layout_of(model, ui, size);
    const int height = layout.message_rows();
    return static_cast<int>(rows_up_from(model, model.anchor, layout, height + 1).size()) <= height;
}

std::optional<Model::Anchor> scrolled(const Model& model, const Ui& ui, Size size, int rows) {
    return moved(model, model.anchor, layout_of(model, ui, size), rows);
}

std::optional<Model::Anchor> scrolled_to_top(const Model& model, const Ui& ui, Size size) {
    const auto layout = layout_of(model, ui, size);
    const auto& lines = model.lines();
    int left = layout.message_rows();
    for (std::size_t index = 0; index < lines.size(); ++index) {
        const auto rows = static_cast<int>(rows_of(lines, index, layout).size());
        if (rows >= left && (index + 1 < lines.size() || rows > left))
            return Model::Anchor{lines[index].number, rows - left,
                                 model.anchor ? model.anchor->newest : lines.back().number};
        left -= rows;
    }
    return std::nullopt; // all of it is on the screen
}

std::optional<Model::Anchor> scrolled_to(const Model& model, const Ui& ui, Size size, std::size_t index) {
    const auto layout = layout_of(model, ui, size);
    const int height = layout.message_rows();
    const auto newest = model.anchor ? model.anchor->newest : model.lines().back().number;
    // Half a screen of newer lines below it, and no row blank above.
    const auto there =
        moved(model, Model::Anchor{model.lines()[index].number, 0, newest}, layout, -height / 2);
    if (static_cast<int>(rows_up_from(model, there, layout, height).size()) < height)
        return scrolled_to_top(model, ui, size);
    return there;
}

std::optional<std::size_t> find_older(const Model& model, std::string_view folded_needle, std::size_t index) {
    const auto& lines = model.lines();
    for (index = std::min(index, lines.size()); index-- > 0;)
        if (text::folded(lines[index].text).find(folded_needle) != std::string::npos ||
            text::folded(lines[index].name).find(folded_needle) != std::string::npos)
            return index;
    return std::nullopt;
}

std::optional<std::size_t> find_newer(const Model& model, std::string_view folded_needle, std::size_t index) {
    const auto& lines = model.lines();
    for (; index < lines.size(); ++index)
        if (text::folded(lines[index].text).find(folded_needle) != std::string::npos ||
            text::folded(lines[index].name).find(folded_needle) != std::string::npos)
            return index;
    return std::nullopt;
}

Cells draw(const Model& model, const Ui& ui, Size size) {
    Cells cells(size);
    if (size.rows < smallest_screen.rows || size.columns < smallest_screen.columns) {
        cells.put(0, 0, tr("too small"));
        return cells;
    }
    const auto layout = layout_of(model, ui, size);
    const int height = layout.message_rows();
    const auto rows = rows_up_from(model, model.anchor, layout, height);
    const auto needle = ui.search ? text::folded(ui.search->query) : std::string();
    draw_title(cells, model);
    draw_day(cells, model, layout, rows);
    for (std::size_t i = 0; i < rows.size(); ++i)
        draw_row(cells, first_message_row + static_cast<int>(rows.size() - 1 - i), rows[i], layout, model,
                 needle);
    if (layout.has_roster) draw_roster(cells, model, layout);
    draw_status(cells, model, ui, layout);
    if (ui.paste)
        draw_paste(cells, *ui.paste, layout);
    else if (ui.search)
        draw_search(cells, *ui.search, layout.status_row() + 1);
    else
        draw_input(cells, ui.editor, layout);
    return cells;
}

} // namespace chat
