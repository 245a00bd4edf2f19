// SPDX-License-Identifier: MIT
#include "common/text/name.hpp"

#include "common/base/ensure.hpp"
#include "common/text/utf8.hpp"
#include "common/text/width.hpp"

#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>

#include <algorithm>
#include <array>
#include <vector>

namespace text {
namespace {

// UTS #39 section 5.4: more than four nonspacing marks in a row are no orthography.
constexpr int max_marks_in_a_row = 4;

// The first letters of classic requests: a line that starts with one must never parse as a request.
constexpr std::string_view protocol_words[] = {"L", "C", "Q", "P"};

bool is_joining_punctuation(char32_t c) {
    return c == U'.' || c == U'_' || c == U'-';
}

bool is_of(char32_t c, std::uint32_t categories) {
    return (U_GET_GC_MASK(static_cast<UChar32>(c)) & categories) != 0;
}

bool is_letter_digit_or_mark(char32_t c) {
    return is_of(c, U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK);
}

/// Letters that show nothing: Hangul fillers and their kind.
bool is_blank(char32_t c) {
    return u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0;
}

/// Characters that show nothing where a font or a terminal can't lay them out, and are not ignorable by their
/// properties: what lays out hieroglyphs and what stands for a gap between them, and the filler of Khitan
/// blocks.
bool is_layout_only(char32_t c) {
    constexpr char32_t khitan_filler = 0x16FE4;
    return c == khitan_filler ||
           ublock_getCode(static_cast<UChar32>(c)) == UBLOCK_EGYPTIAN_HIEROGLYPH_FORMAT_CONTROLS;
}

/// Marks that only join the letters or digits around them into one shape, such as Khmer's coeng.
bool is_joining_mark(char32_t c) {
    constexpr char32_t tifinagh_joiner = 0x2D7F;
    const auto category = u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_INDIC_SYLLABIC_CATEGORY);
    return c == tifinagh_joiner || category == U_INSC_INVISIBLE_STACKER || category == U_INSC_NUMBER_JOINER;
}

bool share_a_script(char32_t a, char32_t b) {
    constexpr std::size_t most = 32; // scripts of one character: there are some 20 at most
    std::array<UScriptCode, most> scripts{};
    UErrorCode status = U_ZERO_ERROR;
    const auto count = uscript_getScriptExtensions(static_cast<UChar32>(a), scripts.data(), most, &status);
    ensure(U_SUCCESS(status), "ICU knows the scripts of a character");
    return std::any_of(scripts.begin(), scripts.begin() + count, [&](UScriptCode script) {
        const bool is_of_all = script == USCRIPT_COMMON || script == USCRIPT_INHERITED;
        return !is_of_all && uscript_hasScript(static_cast<UChar32>(b), script) != 0;
    });
}

/// Those beyond the first plane are notes and their like, which stand on no letter.
bool is_mark_of_all_scripts(char32_t c) {
    if (c > 0xFFFF) return false;
    return uscript_hasScript(static_cast<UChar32>(c), USCRIPT_INHERITED) != 0 ||
           uscript_hasScript(static_cast<UChar32>(c), USCRIPT_COMMON) != 0;
}

/// Whether each mark is one of the script that it stands in, and shows something there. A mark of another
/// script is mostly drawn as nothing, since no font has the two together.
bool shows_all_marks(std::string_view name) {
    constexpr std::uint32_t letters_and_digits = U_GC_L_MASK | U_GC_N_MASK;
    char32_t base = 0;   // that the marks stand on
    char32_t joiner = 0; // that waits for a letter to join
    while (!name.empty()) {
        const auto next = decode(name);
        const auto c = next.value;
        name.remove_prefix(next.length);
        if (is_layout_only(c)) return false;
        if (joiner != 0 && !(is_of(c, letters_and_digits) && share_a_script(joiner, c))) return false;
        joiner = 0;
        if (!is_of(c, U_GC_M_MASK)) {
            base = c;
            continue;
        }
        if (!is_of(base, letters_and_digits)) return false;
        if (!is_mark_of_all_scripts(c) && !share_a_script(c, base)) return false;
        if (is_joining_mark(c)) joiner = c;
    }
    return joiner == 0;
}

std::string to_utf8(const icu::UnicodeString& string) {
    std::string out;
    string.toUTF8String(out);
    return out;
}

icu::UnicodeString skeleton(const icu::UnicodeString& string) {
    static const USpoofChecker* const checker = [] {
        UErrorCode status = U_ZERO_ERROR;
        const auto* opened = uspoof_open(&status);
        ensure(U_SUCCESS(status), "ICU has no confusables data");
        return opened;
    }();
    UErrorCode status = U_ZERO_ERROR;
    icu::UnicodeString result;
    uspoof_getSkeletonUnicodeString(checker, 0, string, result, &status);
    ensure(U_SUCCESS(status), "ICU made no skeleton");
    return result;
}

icu::UnicodeString folded(icu::UnicodeString string) {
    return string.foldCase();
}

std::optional<NameFault> fault_in(std::string_view name) {
    if (name.empty()) return NameFault::empty;
    if (name.size() > Name::max_bytes) return NameFault::too_long;
    bool is_first = true;
    int marks = 0;
    for (auto rest = name; !rest.empty(); is_first = false) {
        const auto next = decode(rest);
        rest.remove_prefix(next.length);
        if (!next.is_valid) return NameFault::bad_character;
        if (is_joining_punctuation(next.value)) {
            if (is_first || rest.empty()) return NameFault::bad_character;
            marks = 0;
            continue;
        }
        if (!is_letter_digit_or_mark(next.value) || is_blank(next.value)) return NameFault::bad_character;
        const bool is_mark = is_of(next.value, U_GC_M_MASK);
        marks = is_mark ? marks + 1 : 0;
        if ((is_first && is_mark) || marks > max_marks_in_a_row) return NameFault::bad_character;
    }
    if (columns(name) > Name::max_columns) return NameFault::too_long;
    return std::nullopt;
}

/// In NFC.
std::variant<std::string, NameFault> read_name(std::string_view untrusted) {
    if (untrusted.size() > Name::max_bytes) return NameFault::too_long;
    if (!is_valid_utf8(untrusted)) return NameFault::bad_character;
    auto name = normalized(untrusted);
    if (const auto fault = fault_in(name)) return *fault;
    return name;
}

} // namespace

Name::Name(std::string normalized)
    : name_(std::move(normalized)) {
    const auto wide = icu::UnicodeString::fromUTF8(name_);
    keys_[0] = to_utf8(folded(skeleton(folded(wide))));
    keys_[1] = to_utf8(folded(skeleton(wide)));
}

std::variant<Name, NameFault> Name::parse(std::string_view untrusted) {
    auto read = read_name(untrusted);
    if (const auto* fault = std::get_if<NameFault>(&read)) return *fault;
    auto& name = std::get<std::string>(read);
    if (!shows_all_marks(name)) return NameFault::bad_character;
    return Name(std::move(name));
}

std::optional<Name> Name::parsed(std::string_view untrusted) {
    auto result = parse(untrusted);
    if (auto* name = std::get_if<Name>(&result)) return std::move(*name);
    return std::nullopt;
}

std::optional<Name> Name::recorded(std::string_view bytes) {
    auto read = read_name(bytes);
    if (auto* name = std::get_if<std::string>(&read)) return Name(std::move(*name));
    return std::nullopt;
}

bool Name::is_like(const Name& other) const {
    return std::any_of(keys_.begin(), keys_.end(), [&](const auto& key) {
        return std::find(other.keys_.begin(), other.keys_.end(), key) != other.keys_.end();
    });
}

bool Name::is_reserved() const {
    static const std::vector<Name> reserved = [] {
        std::vector<Name> names;
        for (const auto word : host_names) names.push_back(Name(std::string(word)));
        for (const auto word : protocol_words) names.push_back(Name(std::string(word)));
        return names;
    }();
    return std::any_of(reserved.begin(), reserved.end(), [&](const Name& name) { return is_like(name); });
}

} // namespace text
