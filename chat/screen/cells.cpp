// SPDX-License-Identifier: MIT
#include "chat/screen/cells.hpp"

#include "common/base/ensure.hpp"
#include "common/text/utf8.hpp"
#include "common/text/width.hpp"

#include <algorithm>
#include <utility>

namespace chat {

Cells::Cells(Size size)
    : size_(size)
    , cells_(static_cast<std::size_t>(size.rows) * static_cast<std::size_t>(size.columns)) {}

const Cell& Cells::at(int row, int column) const {
    ensure(row >= 0 && row < size_.rows && column >= 0 && column < size_.columns, "a cell is on its screen");
    return cells_[static_cast<std::size_t>(row) * static_cast<std::size_t>(size_.columns) +
                  static_cast<std::size_t>(column)];
}

Cell& Cells::cell(int row, int column) {
    return const_cast<Cell&>(std::as_const(*this).at(row, column));
}

int Cells::put(int row, int column, std::string_view valid, Style style, int end) {
    if (row < 0 || row >= size_.rows || column < 0) return column;
    end = std::min(end, size_.columns);
    for (const auto cluster : text::graphemes(valid)) {
        for (const auto& glyph : text::glyphs(cluster)) {
            if (column + glyph.columns > end) return column;
            put_glyph(row, column, glyph.bytes, glyph.columns, style);
            column += glyph.columns;
        }
    }
    return column;
}

void Cells::fill(int row, int first, int end, std::string_view glyph, Style style) {
    if (row < 0 || row >= size_.rows) return;
    for (int column = std::max(first, 0); column < std::min(end, size_.columns); ++column)
        put_glyph(row, column, glyph, 1, style);
}

void Cells::put_glyph(int row, int column, std::string_view bytes, int columns, Style style) {
    // Half of a wide glyph can't stay behind.
    const auto blank_wide = [&](int at) {
        if (at >= size_.columns) return;
        if (cell(row, at).bytes.empty()) cell(row, at - 1) = {" ", 1, cell(row, at - 1).style};
        if (cell(row, at).columns == 2 && at + 1 < size_.columns)
            cell(row, at + 1) = {" ", 1, cell(row, at).style};
    };
    blank_wide(column);
    if (columns == 2) blank_wide(column + 1);
    cell(row, column) = {std::string(bytes), columns, style};
    if (columns == 2) cell(row, column + 1) = {"", 0, style};
}

std::string Cells::to_text() const {
    std::string out;
    for (int row = 0; row < size_.rows; ++row) {
        std::string line;
        for (int column = 0; column < size_.columns; ++column) line += at(row, column).bytes;
        line.resize(line.find_last_not_of(' ') + 1);
        out += line + "\n";
    }
    return out;
}

} // namespace chat
