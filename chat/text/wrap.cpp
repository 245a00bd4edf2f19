// SPDX-License-Identifier: MIT
#include "chat/text/wrap.hpp"

#include "common/text/utf8.hpp"
#include "common/text/width.hpp"

namespace chat {
namespace {

struct Piece {
    std::size_t offset;
    int columns;
    bool is_space;
};

std::vector<Piece> pieces_of(std::string_view text) {
    std::vector<Piece> pieces;
    for (const auto cluster : text::graphemes(text)) {
        int columns = 0;
        for (const auto& glyph : text::glyphs(cluster)) columns += glyph.columns;
        pieces.push_back({static_cast<std::size_t>(cluster.data() - text.data()), columns, cluster == " "});
    }
    return pieces;
}

/// Behind a space, and on both sides of a wide character: East Asian text has no spaces.
bool may_break_before(const std::vector<Piece>& pieces, std::size_t i) {
    return pieces[i - 1].is_space || pieces[i].columns == 2 || pieces[i - 1].columns == 2;
}

void wrap_line(std::string_view text, int columns, std::vector<std::string_view>& rows) {
    const auto begin = rows.size();
    const auto pieces = pieces_of(text);
    const auto offset_of = [&](std::size_t i) { return i < pieces.size() ? pieces[i].offset : text.size(); };
    std::size_t first = 0;
    while (first < pieces.size()) {
        std::size_t end = first;
        std::size_t next = 0; // where the row after this one starts, if a word has to go there whole
        for (int used = 0; end < pieces.size(); ++end) {
            used += pieces[end].columns;
            if (used > columns && end > first && !pieces[end].is_space) break;
            if (end > first && may_break_before(pieces, end)) next = end;
        }
        if (end == pieces.size() || next == 0 || may_break_before(pieces, end)) next = end;
        auto row_end = next;
        while (row_end > first && pieces[row_end - 1].is_space &&
               (next < pieces.size() || row_end > first + 1))
            --row_end;
        rows.push_back(text.substr(offset_of(first), offset_of(row_end) - offset_of(first)));
        first = next;
    }
    if (rows.size() == begin) rows.push_back(text);
}

} // namespace

std::vector<std::string_view> wrap(std::string_view text, int columns) {
    std::vector<std::string_view> rows;
    for (const auto line : text::lines_of(text)) wrap_line(line, columns, rows);
    return rows;
}

} // namespace chat
