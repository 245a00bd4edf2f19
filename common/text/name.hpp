// SPDX-License-Identifier: MIT
// A member's name. Two names that look alike are one name, and nobody is called what the server is called.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace text {

/// Why bytes are not a name.
enum class NameFault {
    empty,
    too_long,     ///< more than Name::max_columns, or more than Name::max_bytes
    bad_character ///< white space, a colon, a control, invisible or malformed character, a mark that shows
                  ///< nothing where it is, or punctuation outside
};

/// A name fit to show and to be called by: 1 to 24 columns, NFC, of letters, digits and marks, with `.`, `_`
/// and `-` between them. Only parse() and recorded() make one.
class Name {
  public:
    static constexpr int max_columns = 24;
    static constexpr std::size_t max_bytes = 128;

    static std::variant<Name, NameFault> parse(std::string_view untrusted);
    /// The same, where the reason does not matter.
    static std::optional<Name> parsed(std::string_view untrusted);

    /// A name that somebody has already, as a log, a host or a file tells it. Earlier versions let in names
    /// with marks that show nothing; nobody new gets one, and what was said under one stays readable.
    static std::optional<Name> recorded(std::string_view bytes);

    std::string_view view() const { return name_; }

    /// Names of the host and words of the protocol, and what looks like them: nobody joins as one.
    bool is_reserved() const;

    /// Under which keys no other name may be held: equal up to case, or looking alike (UTS #39 skeletons,
    /// taken before and after case folding, since I looks like l and i does not).
    const std::array<std::string, 2>& keys() const { return keys_; }

    /// Whether a person would take one for the other.
    bool is_like(const Name& other) const;

    /// The same spelling; see is_like() for whether it is the same name.
    bool operator==(const Name& other) const { return name_ == other.name_; }

  private:
    explicit Name(std::string normalized);

    std::string name_;
    std::array<std::string, 2> keys_;
};

/// The names that are the host's, in every language that we ship.
inline constexpr std::string_view host_names[] = {"admin", "管理员", "管理員", "server", "chatd", "system",
                                                  "host",  "主机",   "主機",   "you",    "你"};

} // namespace text
