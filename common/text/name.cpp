// SPDX-License-Identifier: MIT
#include "common/text/name.hpp"

#include "common/base/ensure.hpp"
#include "common/text/utf8.hpp"
#include "common/text/width.hpp"

#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>

#include <algorithm>
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

bool is_letter_digit_or_mark(char32_t c) {
    return (U_GET_GC_MASK(static_cast<UChar32>(c)) & (U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK)) != 0;
}

/// Letters that show nothing: Hangul fillers and their kind.
bool is_blank(char32_t c) {
    return u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0;
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
        const bool is_mark = (U_GET_GC_MASK(static_cast<UChar32>(next.value)) & U_GC_M_MASK) != 0;
        marks = is_mark ? marks + 1 : 0;
        if ((is_first && is_mark) || marks > max_marks_in_a_row) return NameFault::bad_character;
    }
    if (columns(name) > Name::max_columns) return NameFault::too_long;
    return std::nullopt;
}

} // namespace

Name::Name(std::string normalized)
    : name_(std::move(normalized)) {
    const auto wide = icu::UnicodeString::fromUTF8(name_);
    keys_[0] = to_utf8(folded(skeleton(folded(wide))));
    keys_[1] = to_utf8(folded(skeleton(wide)));
}

std::variant<Name, NameFault> Name::parse(std::string_view untrusted) {
    if (untrusted.size() > max_bytes) return NameFault::too_long;
    if (!is_valid_utf8(untrusted)) return NameFault::bad_character;
    auto name = normalized(untrusted);
    if (const auto fault = fault_in(name)) return *fault;
    return Name(std::move(name));
}

std::optional<Name> Name::parsed(std::string_view untrusted) {
    auto result = parse(untrusted);
    if (auto* name = std::get_if<Name>(&result)) return std::move(*name);
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
