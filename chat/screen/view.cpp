// SPDX-License-Identifier: MIT
#include "chat/screen/view.hpp"

#include "chat/model/spoken.hpp"
#include "chat/text/urls.hpp"
#include "chat/translate.hpp"
#include "common/text/utf8.hpp"
#include "common/text/width.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace chat {
namespace {

std::string day_text(WallTime time, const Layout& layout) {
    return day_in_words(time, layout.zone);
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
    case Line::Kind::warning:
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
    case Line::Kind::admin:
    case Line::Kind::warning: return {.is_bold = true};
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
        return draw_rule(cells, at, layout, "─", " " + day_text(line.time, layout) + " ", {.is_dim = true});
    if (line.kind == Line::Kind::unread)
        return draw_rule(cells, at, layout, "-",
                         " " + tr("{0} unread", {std::to_string(model.scrollback.marked())}) + " ",
                         {.is_bold = true});
    const int separator = layout.text_column - 2;
    if (row.is_first) {
        if (layout.time_columns > 0)
            cells.put(at, 0, written(layout.time_format, line.time, layout.zone), {.is_dim = true},
                      layout.time_columns);
        // Nothing is told by its colour alone.
        const auto name = (line.is_mention ? ">" : "") + author_of(line);
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
    const auto place = model.connection.room.empty()
                           ? model.connection.host
                           : tr("{0} on {1}", {model.connection.room, model.connection.host});
    const int place_end = cells.put(0, 1, place, {.is_bold = true, .is_reverse = true});
    const auto lock =
        std::string(!model.connection.is_encrypted ? " │ " + tr("classic: not encrypted, nothing confirmed")
                    : model.connection.has_password ? " │ " + tr("encrypted, with a key")
                                                    : " │ " + tr("encrypted"));
    int end = place_end;
    if (!model.members.topic.empty())
        end = cells.put(0, end, " │ " + model.members.topic, {.is_reverse = true});
    // What protects the room is shown whatever the topic says.
    const int start = std::max(place_end, std::min(end, cells.size().columns - 1 - text::columns(lock)));
    cells.fill(0, start, cells.size().columns, " ", {.is_reverse = true});
    cells.put(0, start, lock, {.is_reverse = true});
}

void draw_day(Cells& cells, const Model& model, const Layout& layout, const std::vector<Row>& rows) {
    cells.fill(1, 0, layout.size.columns, "─", {.is_dim = true});
    if (!rows.empty()) {
        const auto day = " " + day_text(rows.back().line->time, layout) + " ";
        cells.put(1, std::max(0, (layout.messages_end - text::columns(day)) / 2), day, {},
                  layout.messages_end);
    }
    if (layout.has_roster) {
        int column = cells.put(1, layout.messages_end, "┬─", {.is_dim = true});
        column = cells.put(1, column,
                           " " + (model.members.is_whole() ? tr("here") : tr("seen")) + " " +
                               std::to_string(model.members.roster().size()) + " ");
    }
}

void draw_roster(Cells& cells, const Model& model, const Layout& layout) {
    const int end = layout.status_row() - layout.paste_rows;
    for (int row = first_message_row; row < end; ++row)
        cells.put(row, layout.messages_end, "│", {.is_dim = true});
    int row = first_message_row;
    std::size_t shown = 0;
    for (const auto& [who, presence] : model.members.roster()) {
        if (row == end) break;
        const auto left = model.members.roster().size() - shown;
        if (row == end - 1 && left > 1) {
            cells.put(row, layout.messages_end + 2, tr("+{0} more", {std::to_string(left)}),
                      {.is_dim = true});
            break;
        }
        const bool is_self = who == model.members.own_name;
        // A name that no key stands behind says so.
        auto mark = presence.is_unreachable                                       ? " " + tr("gone?")
                    : presence.is_away                                            ? " " + tr("away")
                    : presence.is_classic && model.members.is_whole() && !is_self ? std::string(" ?")
                                                                                  : std::string();
        if (is_self) mark += " " + tr("(you)");
        const auto shown_name = fitted(who, roster_columns - 2 - text::columns(mark));
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

void draw_status(Cells& cells, const Model& model, const UiState& ui, const Layout& layout) {
    const int row = layout.status_row();
    const Style style{.is_reverse = true};
    cells.fill(row, 0, cells.size().columns, " ", style);
    if (ui.completion) return draw_candidates(cells, *ui.completion, row);
    int column = cells.put(
        row, 1, "[" + model.members.own_name + (model.members.is_away ? ", " + tr("away") + "]" : "]"),
        style);
    // Where the connection is not as it should be, that is said as far as it fits.
    const auto add_state = [&](const std::string& words) {
        column = cells.put(row, column + 2, words, style);
    };
    // The rest as a whole or not at all; what matters more comes first.
    const auto add = [&](const std::string& words) {
        if (column + 2 + text::columns(words) <= cells.size().columns)
            column = cells.put(row, column + 2, words, style);
    };
    switch (model.connection.state) {
    case Connection::State::joining: add_state(tr("joining…")); break;
    case Connection::State::online: break;
    case Connection::State::offline:
        add_state(model.connection.is_encrypted
                      ? tr("last contact {0} ago", {in_words(model.connection.silence)})
                      : tr("host gone, trying again"));
        break;
    case Connection::State::closed: add_state(tr("not in the room; /quit leaves")); break;
    }
    if (model.scrollback.waiting_lines() > 0 && model.connection.state != Connection::State::closed)
        add(tr("{0} waiting", {std::to_string(model.scrollback.waiting_lines())}));
    if (model.scrollback.anchor)
        add((model.scrollback.new_below() > 0
                 ? tr("{0} new below", {std::to_string(model.scrollback.new_below())})
                 : tr("scrolled up")) +
            " (" + ui.newest_key + ")");
    if (model.scrollback.is_looking) add(tr("looking…"));
    if (!model.members.typists.empty()) add(typing_words(model.members.typists));
    if (!model.connection.round_trip || model.connection.state != Connection::State::online) return;
    using std::chrono::milliseconds;
    const auto took = std::chrono::ceil<milliseconds>(*model.connection.round_trip).count();
    const auto words = "  rtt " + std::to_string(took) + " ms";
    if (column + text::columns(words) < cells.size().columns)
        put_right(cells, row, cells.size().columns - 1, words, style, column);
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

void draw_input(Cells& cells, const Layout& layout) {
    const auto& input = layout.input;
    const int start = text::columns(input_prompt);
    const int first_row = layout.status_row() + 1;
    cells.put(first_row, 0, input_prompt);
    // Scrolls within itself, so that the cursor is on it.
    const int top = std::clamp(input.cursor_row - layout.input_rows + 1, 0,
                               static_cast<int>(input.rows.size()) - layout.input_rows);
    for (int row = top; row < top + layout.input_rows; ++row)
        cells.put(first_row + row - top, start, input.rows[static_cast<std::size_t>(row)]);
    cells.cursor_row = first_row + input.cursor_row - top;
    cells.cursor_column = start + input.cursor_column;
}

} // namespace

Cells draw(const Model& model, const UiState& ui, Size size) {
    Cells cells(size);
    if (size.rows < smallest_screen.rows || size.columns < smallest_screen.columns) {
        cells.put(0, 0, tr("too small"));
        return cells;
    }
    const auto layout = layout_of(model, ui, size);
    const int height = layout.message_rows();
    const auto rows = rows_up_from(model, model.scrollback.anchor, layout, height);
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
        draw_input(cells, layout);
    return cells;
}

} // namespace chat
