// SPDX-License-Identifier: MIT
#include "common/text/width.hpp"

#include "common/text/utf8.hpp"

#include <unicode/uchar.h>

namespace text {
namespace {

constexpr char32_t zero_width_joiner = 0x200D;
constexpr std::string_view dotted_circle = "\xE2\x97\x8C"; // U+25CC, the usual base of a lone mark
constexpr int max_marks = 4; // what one ncurses cell holds (CCHARW_MAX less the base)

bool is_variation_selector(char32_t c) {
    return u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_VARIATION_SELECTOR);
}

bool is_skin_tone(char32_t c) {
    return u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_EMOJI_MODIFIER);
}

} // namespace

int columns(char32_t code_point) {
    const auto c = static_cast<UChar32>(code_point);
    switch (u_charType(c)) {
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK: return 0;
    case U_FORMAT_CHAR:
        // Arabic number signs are shown; joiners and their kind are not.
        return u_hasBinaryProperty(c, UCHAR_PREPENDED_CONCATENATION_MARK) ? 1 : 0;
    default: break;
    }
    // Medial vowels and final consonants are drawn into the syllable that the leading consonant began.
    const auto syllable = u_getIntPropertyValue(c, UCHAR_HANGUL_SYLLABLE_TYPE);
    if (syllable == U_HST_VOWEL_JAMO || syllable == U_HST_TRAILING_JAMO) return 0;
    const auto width = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
    return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

std::vector<Glyph> glyphs(std::string_view cluster) {
    std::vector<Glyph> out;
    int marks = 0;
    while (!cluster.empty()) {
        const auto next = decode(cluster);
        const auto bytes = cluster.substr(0, next.length);
        cluster.remove_prefix(next.length);
        if (next.value == zero_width_joiner && !out.empty() && out.back().columns == 2) break;
        if (is_variation_selector(next.value)) continue;
        if (is_skin_tone(next.value) && !out.empty()) continue;
        const int width = columns(next.value);
        if (width > 0) {
            out.push_back({std::string(bytes), width});
            marks = 0;
        } else {
            if (out.empty()) out.push_back({std::string(dotted_circle), 1});
            if (marks++ < max_marks) out.back().bytes += bytes;
        }
    }
    return out;
}

int columns(std::string_view valid) {
    int sum = 0;
    for (const auto cluster : graphemes(valid))
        for (const auto& glyph : glyphs(cluster)) sum += glyph.columns;
    return sum;
}

std::size_t cut_length_in_columns(std::string_view valid, int max_columns) {
    std::size_t length = 0;
    int used = 0;
    for (const auto cluster : graphemes(valid)) {
        for (const auto& glyph : glyphs(cluster)) used += glyph.columns;
        if (used > max_columns) break;
        length += cluster.size();
    }
    return length;
}

} // namespace text
