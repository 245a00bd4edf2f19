// SPDX-License-Identifier: MIT
// How many columns of a terminal a text takes. Terminals agree on the width of one spacing character with
// zero-width marks after it, and on nothing else (ZWJ sequences, VS16, skin tones). So text is drawn as
// glyphs of that kind only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace text {

/// The content of one cell, or of two: a spacing character and at most four zero-width marks.
struct Glyph {
    std::string bytes;
    int columns = 1; ///< 1 or 2
    bool operator==(const Glyph&) const = default;
};

/// Columns of one code point: 0 for marks and joiners, 2 for East Asian wide and fullwidth (UAX #11) and
/// emoji presentation, else 1.
int columns(char32_t code_point);

/// One grapheme cluster as glyphs: an emoji sequence shows its first emoji; a flag its two letters; VS16 and
/// skin tones are left out, since no two terminals give them the same width. Marks without a base stand on
/// U+25CC.
std::vector<Glyph> glyphs(std::string_view cluster);

/// The columns all of `valid` takes when drawn as glyphs.
int columns(std::string_view valid);

/// The longest run of whole grapheme clusters at the front of `valid` that fits `max_columns`, in bytes.
std::size_t cut_length_in_columns(std::string_view valid, int max_columns);

} // namespace text
