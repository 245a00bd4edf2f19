// SPDX-License-Identifier: MIT
#include "common/text/utf8.hpp"

#include "common/base/ensure.hpp"

#include <unicode/normalizer2.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utext.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <memory>

namespace text {
namespace {

constexpr char32_t zero_width_non_joiner = 0x200C;
constexpr char32_t zero_width_joiner = 0x200D;

bool is_printable_ascii(unsigned char byte) {
    return byte >= 0x20 && byte < 0x7F;
}

bool is_all_printable_ascii(std::string_view bytes) {
    return std::all_of(bytes.begin(), bytes.end(),
                       [](char byte) { return is_printable_ascii(static_cast<unsigned char>(byte)); });
}

bool is_line_break(char32_t c) {
    return (c >= U'\n' && c <= U'\r') || c == 0x85 || c == 0x2028 || c == 0x2029;
}

/// Characters that show nothing themselves, and change or hide the text around them.
bool is_invisible(char32_t c) {
    const auto point = static_cast<UChar32>(c);
    if (c == zero_width_joiner || c == zero_width_non_joiner) return false;
    if (u_hasBinaryProperty(point, UCHAR_VARIATION_SELECTOR)) return false;
    if (c >= 0xFFF9 && c <= 0xFFFB) return true; // interlinear annotation
    return u_hasBinaryProperty(point, UCHAR_BIDI_CONTROL) ||
           u_hasBinaryProperty(point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

bool is_unshowable(char32_t c) {
    const auto point = static_cast<UChar32>(c);
    return u_charType(point) == U_CONTROL_CHAR || U_IS_UNICODE_NONCHAR(point);
}

struct CloseBreakIterator {
    void operator()(UBreakIterator* iterator) const { ubrk_close(iterator); }
};

/// Opening a break iterator loads its rules (some 10 µs), so each thread keeps one. The root locale: clusters
/// must fall alike on every machine.
UBreakIterator* cluster_iterator() {
    thread_local const std::unique_ptr<UBreakIterator, CloseBreakIterator> iterator = [] {
        UErrorCode status = U_ZERO_ERROR;
        auto* opened = ubrk_open(UBRK_CHARACTER, "", nullptr, 0, &status);
        ensure(U_SUCCESS(status), "ICU has no grapheme cluster rules");
        return std::unique_ptr<UBreakIterator, CloseBreakIterator>(opened);
    }();
    return iterator.get();
}

void append_hex_escape(std::string& out, unsigned char byte) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += "\\x";
    out += digits[byte >> 4];
    out += digits[byte & 0xF];
}

icu::UnicodeString from_utf8(std::string_view valid) {
    return icu::UnicodeString::fromUTF8(icu::StringPiece(valid.data(), static_cast<int>(valid.size())));
}

// Of combining marks in a row, as in the Stream-Safe Text Format (UAX #15, section 13). ICU puts them in
// their order one by one: 8 KiB of them took it 12 ms, in pieces 0.2 ms. No script has so many.
constexpr int max_marks = 30;

/// In NFC, in pieces where there are more marks in a row than in any script.
std::string composed(const icu::UnicodeString& string) {
    UErrorCode status = U_ZERO_ERROR;
    const auto* nfc = icu::Normalizer2::getNFCInstance(status);
    ensure(U_SUCCESS(status), "ICU has no NFC data");
    std::string out;
    int begin = 0;
    const auto add_up_to = [&](int end) {
        const auto piece = nfc->normalize(string.tempSubStringBetween(begin, end), status);
        if (U_SUCCESS(status) != 0) piece.toUTF8String(out);
        begin = end;
    };
    int marks = 0;
    for (int at = 0; at < string.length();) {
        const auto c = string.char32At(at);
        const bool is_mark = c >= 0x300 && u_getCombiningClass(c) != 0;
        marks = is_mark ? marks + 1 : 0;
        if (marks > max_marks) {
            add_up_to(at);
            marks = 1;
        }
        at += U16_LENGTH(c);
    }
    add_up_to(string.length());
    return out;
}

} // namespace

CodePoint decode(std::string_view bytes) {
    if (bytes.empty()) return {};
    const auto limit = static_cast<std::int32_t>(std::min<std::size_t>(bytes.size(), 4));
    std::int32_t index = 0;
    UChar32 point = 0;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion" // inside ICU's macro
    U8_NEXT(bytes.data(), index, limit, point);
#pragma GCC diagnostic pop
    if (point < 0) return {0xFFFD, static_cast<std::size_t>(index), false};
    return {static_cast<char32_t>(point), static_cast<std::size_t>(index), true};
}

std::string encoded(char32_t code_point) {
    std::string bytes;
    const auto put = [&](char32_t value) { bytes += static_cast<char>(static_cast<unsigned char>(value)); };
    if (code_point < 0x80) {
        put(code_point);
    } else if (code_point < 0x800) {
        put(0xC0 | (code_point >> 6));
        put(0x80 | (code_point & 0x3F));
    } else if (code_point < 0x10000) {
        put(0xE0 | (code_point >> 12));
        put(0x80 | ((code_point >> 6) & 0x3F));
        put(0x80 | (code_point & 0x3F));
    } else {
        put(0xF0 | (code_point >> 18));
        put(0x80 | ((code_point >> 12) & 0x3F));
        put(0x80 | ((code_point >> 6) & 0x3F));
        put(0x80 | (code_point & 0x3F));
    }
    return bytes;
}

bool is_valid_utf8(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto next = decode(bytes);
        if (!next.is_valid) return false;
        bytes.remove_prefix(next.length);
    }
    return true;
}

std::vector<std::string_view> graphemes(std::string_view text) {
    std::vector<std::string_view> clusters;
    if (is_all_printable_ascii(text)) {
        clusters.reserve(text.size());
        for (std::size_t i = 0; i < text.size(); ++i) clusters.push_back(text.substr(i, 1));
        return clusters;
    }
    UErrorCode status = U_ZERO_ERROR;
    UText utext = UTEXT_INITIALIZER;
    utext_openUTF8(&utext, text.data(), static_cast<std::int64_t>(text.size()), &status);
    auto* iterator = cluster_iterator();
    ubrk_setUText(iterator, &utext, &status);
    ensure(U_SUCCESS(status), "ICU cannot iterate over UTF-8");
    auto start = static_cast<std::size_t>(ubrk_first(iterator));
    for (auto end = ubrk_next(iterator); end != UBRK_DONE; end = ubrk_next(iterator)) {
        clusters.push_back(text.substr(start, static_cast<std::size_t>(end) - start));
        start = static_cast<std::size_t>(end);
    }
    utext_close(&utext);
    return clusters;
}

std::size_t cut_length(std::string_view text, std::size_t max_bytes) {
    if (text.size() <= max_bytes) return text.size();
    // A cluster has no upper length, so look one window ahead instead of at all of a long text.
    const auto window = text.substr(0, max_bytes + 64);
    std::size_t length = 0;
    for (const auto cluster : graphemes(window)) {
        if (length + cluster.size() > max_bytes) break;
        length += cluster.size();
    }
    if (length > 0) return length;
    for (auto rest = window; !rest.empty();) {
        const auto next = decode(rest);
        if (length + next.length > max_bytes) break;
        length += next.length;
        rest.remove_prefix(next.length);
    }
    return length;
}

std::string escaped(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    while (!bytes.empty()) {
        const auto next = decode(bytes);
        const auto sequence = bytes.substr(0, next.length);
        bytes.remove_prefix(next.length);
        if (!next.is_valid || next.value == U'\\' || is_unshowable(next.value) || is_line_break(next.value) ||
            is_invisible(next.value)) {
            for (const char byte : sequence) append_hex_escape(out, static_cast<unsigned char>(byte));
        } else {
            out += sequence;
        }
    }
    return out;
}

std::string normalized(std::string_view valid) {
    return composed(from_utf8(valid));
}

std::string folded(std::string_view valid) {
    return composed(from_utf8(valid).foldCase());
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    for (;;) {
        const auto end = text.find('\n');
        lines.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return lines;
        text.remove_prefix(end + 1);
    }
}

Text Text::from_untrusted(std::string_view bytes) {
    return made(bytes, 1);
}

Text Text::lines_from_untrusted(std::string_view bytes) {
    return made(bytes, max_lines);
}

Text Text::made(std::string_view bytes, int most_lines) {
    int lines = 1;
    std::size_t line_start = 0;
    Text result;
    auto& out = result.text_;
    out.reserve(bytes.size());
    char32_t previous = 0;
    std::size_t end = 0; // of the last character that is not white space
    while (!bytes.empty()) {
        if (is_printable_ascii(static_cast<unsigned char>(bytes.front()))) {
            out += bytes.front();
            previous = static_cast<unsigned char>(bytes.front());
            if (bytes.front() != ' ') end = out.size();
            bytes.remove_prefix(1);
            continue;
        }
        const auto next = decode(bytes);
        const auto sequence = bytes.substr(0, next.length);
        bytes.remove_prefix(next.length);
        const bool is_second_half_of_break = next.value == U'\n' && previous == U'\r';
        const bool is_padding =
            next.value == U'\0' && bytes.find_first_not_of('\0') == std::string_view::npos;
        previous = next.value;
        if (is_padding) break; // of a fixed-size buffer
        if (is_second_half_of_break || is_invisible(next.value)) continue;
        if (is_line_break(next.value) && lines < most_lines) {
            if (end == 0) continue; // nothing is above it
            out.resize(std::max(end, line_start));
            out += '\n';
            line_start = out.size();
            ++lines;
        } else if (is_line_break(next.value) || next.value == U'\t') {
            out += ' ';
        } else if (!next.is_valid || is_unshowable(next.value)) {
            out += replacement_character;
            end = out.size();
        } else {
            out += sequence;
            if (u_isUWhiteSpace(static_cast<UChar32>(next.value)) == 0) end = out.size();
        }
    }
    out.resize(end);
    return result;
}

} // namespace text
