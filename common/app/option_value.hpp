// SPDX-License-Identifier: MIT
// Types of what options take. Each can be parsed from what was typed, empty if it is none, and says in words
// what it takes. Boost.Program_options finds validate() by the type's namespace, so a namespace with types of
// its own says `using ::validate`.
#pragma once

#include "common/app/command_line.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

template<class Value>
concept OptionValue = requires(std::string_view typed) {
    { Value::parse(typed) } -> std::same_as<std::optional<Value>>;
    Value::wanted;
};

/// Throws BadValue if that is not what the option takes.
template<OptionValue Value>
void validate(boost::any& out, const std::vector<std::string>& words, Value*, int) {
    boost::program_options::validators::check_first_occurrence(out);
    const auto& typed = boost::program_options::validators::get_single_string(words, true);
    const auto value = Value::parse(typed);
    if (!value) throw BadValue(typed, Value::wanted);
    out = *value;
}

/// All of `typed` as a number; empty if it is none, or one that `Number` can't hold.
template<std::integral Number>
std::optional<Number> parse_number(std::string_view typed) {
    Number number{};
    const auto [end, error] = std::from_chars(typed.data(), typed.data() + typed.size(), number);
    if (error != std::errc{} || end != typed.data() + typed.size()) return std::nullopt;
    return number;
}

/// Text as an argument of a template.
template<std::size_t size>
struct FixedText {
    constexpr FixedText(const char (&literal)[size]) { std::copy_n(literal, size, text.data()); }
    std::array<char, size> text{};
};

/// A number from `least` to `most`, as `words` describe it.
template<std::uint32_t least, std::uint32_t most, FixedText words>
struct Count {
    static constexpr const char* wanted = words.text.data();
    static std::optional<Count> parse(std::string_view typed) {
        const auto number = parse_number<std::uint32_t>(typed);
        if (!number || std::clamp(*number, least, most) != *number) return std::nullopt;
        return Count{*number};
    }
    std::uint32_t number = 0;
};
