// SPDX-License-Identifier: MIT
// Untrusted bytes made fit to show. A Text moves no cursor, colours nothing and hides nothing, on any
// terminal. It knows nothing of columns (width) or of names (name).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace text {

/// U+FFFD, shown in place of bytes that cannot be shown.
inline constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

struct CodePoint {
    char32_t value = 0;     ///< U+FFFD where the bytes are malformed
    std::size_t length = 0; ///< bytes taken; 0 only at the end
    bool is_valid = false;
};

/// The first code point of `bytes`. A malformed sequence takes its maximal subpart (Unicode 15, section 3.9).
CodePoint decode(std::string_view bytes);

/// A code point as UTF-8.
std::string encoded(char32_t code_point);

bool is_valid_utf8(std::string_view bytes);

/// Valid UTF-8 with its case folded, in NFC: for searching.
std::string folded(std::string_view valid);

/// Valid UTF-8 in NFC: canonically equivalent texts are the same bytes.
std::string normalized(std::string_view valid);

/// The grapheme clusters (UAX #29) of UTF-8, as views into it. Malformed bytes count as U+FFFD.
std::vector<std::string_view> graphemes(std::string_view text);

/// The length of the longest run of whole grapheme clusters at the front of `text` that fits `max_bytes`.
/// A first cluster that does not fit by itself is cut between code points; `max_bytes` of 4 always gets one.
std::size_t cut_length(std::string_view text, std::size_t max_bytes);

/// One line for a log: control characters, line breaks, format characters, malformed bytes and backslashes
/// are written as \xNN.
std::string escaped(std::string_view bytes);

/// The lines of `text`, as views into it; at least one.
std::vector<std::string_view> lines_of(std::string_view text);

/// Text that is safe to show: valid UTF-8 on one line, or on several where that is asked for. Control
/// characters (C0, C1, DEL) became U+FFFD, line breaks and tabs one space; bidirectional embeddings,
/// overrides and isolates and other invisible characters are gone, but for the joiners and variation
/// selectors that scripts and emoji need. No white space at its end.
class Text {
  public:
    Text() = default;
    /// Never fails: bytes that cannot be shown are replaced. The result is at most three times as long.
    static Text from_untrusted(std::string_view bytes);
    /// The same on up to max_lines lines, with line feeds between them; further breaks are spaces.
    static Text lines_from_untrusted(std::string_view bytes);
    static constexpr int max_lines = 100;

    std::string_view view() const { return text_; }
    bool empty() const { return text_.empty(); }
    bool operator==(const Text&) const = default;

  private:
    static Text made(std::string_view bytes, int most_lines);

    std::string text_;
};

} // namespace text
