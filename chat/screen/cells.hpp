// SPDX-License-Identifier: MIT
// A screen as a value: what view makes, what tests compare and what curses_screen draws. Nothing written here
// can leave its row, its bounds or half of a wide glyph.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace chat {

struct Size {
    int rows = 0;
    int columns = 0;
    bool operator==(const Size&) const = default;
};

/// How a cell looks. `hue` 0 is the terminal's own colour; 1 to hues are the names' colours.
struct Style {
    static constexpr std::uint8_t hues = 12;
    std::uint8_t hue = 0;
    bool is_bold = false;
    bool is_dim = false;
    bool is_reverse = false;
    bool operator==(const Style&) const = default;
};

struct Cell {
    std::string bytes = " "; ///< one glyph; empty in the second column of a wide one
    int columns = 1;
    Style style;
    bool operator==(const Cell&) const = default;
};

/// Cells of one row that lead to a web address.
struct Hyperlink {
    int row = 0;
    int first = 0;
    int end = 0;
    std::string target;
    bool operator==(const Hyperlink&) const = default;
};

class Cells {
  public:
    explicit Cells(Size size);

    Size size() const { return size_; }
    const Cell& at(int row, int column) const;

    /// Writes `valid` from `column` on, up to `end` (exclusive; the row's end at most). A wide glyph that
    /// would be cut is left out. Returns the column behind what was written.
    int put(int row, int column, std::string_view valid, Style style = {}, int end = 1 << 20);
    /// Sets the style of a part of a row, with blanks where nothing was written.
    void fill(int row, int first, int end, std::string_view glyph, Style style);

    std::vector<Hyperlink> links;
    int cursor_row = 0;
    int cursor_column = 0;

    /// The rows as text, without styles and trailing blanks: what tests read.
    std::string to_text() const;

  private:
    Cell& cell(int row, int column);
    void put_glyph(int row, int column, std::string_view bytes, int columns, Style style);

    Size size_;
    std::vector<Cell> cells_;
};

} // namespace chat
