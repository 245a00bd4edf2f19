// SPDX-License-Identifier: MIT
// The fields that messages are made of, each with a way to write it and a way to read it. A message names its
// fields once, in order, in a function template that a FieldWriter and a FieldReader go through. All that is
// read is checked; see FieldReader::fault().
#pragma once

#include "common/wire/bytes.hpp"
#include "common/wire/event.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace wire {

/// Of events and of commands; a number means the same in both. Those from `free` on are never events.
enum class Kind : std::uint8_t {
    joined = 1,
    left = 2,
    said = 3,
    shouted = 4,
    kicked = 5,
    acted = 6,
    whispered = 7,
    renamed = 8,
    away = 9,
    topic = 10,
    free = 11,
    policy = 12,
    unacceptable = 13,
};

// Flags of a member; other bits are for later versions.
inline constexpr std::uint8_t classic_flag = 1;
inline constexpr std::uint8_t away_flag = 2;
inline constexpr std::uint8_t unreachable_flag = 4;
inline constexpr std::uint8_t fingerprint_flag = 8;

void write_id(Writer& writer, const MemberId& id);
MemberId read_id(Reader& reader);

/// A name that stands where one is about to be read.
const text::Name& unread_name();

class FieldWriter : public Writer {
  public:
    using Writer::Writer;

    void kind(Kind kind) { u8(static_cast<std::uint8_t>(kind)); }
    void time(WallTime time);
    void id(const MemberId& id) { write_id(*this, id); }
    void name(const text::Name& name) { string(name.view()); }
    void text(const text::Text& text) { string(text.view()); }
    /// A text that says something, on as many lines as it takes.
    void spoken(const text::Text& text) { string(text.view()); }

    struct Flag {
        std::uint8_t bit;
        bool is_set;
    };
    /// A byte of them; with `fingerprint`, also whether there is one.
    void flags(std::initializer_list<Flag> flags, const std::optional<Fingerprint>& fingerprint = {});
    void fingerprint(const std::optional<Fingerprint>& fingerprint);
};

/// Knows why its input is not good, if only names or texts in it are to blame.
class FieldReader : public Reader {
  public:
    using Reader::Reader;

    Kind kind() { return static_cast<Kind>(u8()); }
    /// A time that all arithmetic and every calendar takes: a later one than the system's clock can tell, in
    /// the year 2262, is that one.
    WallTime time();
    void id(MemberId& id) { id = read_id(*this); }
    void name(text::Name& name);
    void text(text::Text& text);
    void spoken(text::Text& text);

    struct Flag {
        std::uint8_t bit;
        bool& is_set;
    };
    void flags(std::initializer_list<Flag> flags);
    /// `fingerprint` has a value after it if there is one to read.
    void flags(std::initializer_list<Flag> flags, std::optional<Fingerprint>& fingerprint);
    void fingerprint(std::optional<Fingerprint>& fingerprint);

    bool is_whole() const { return is_ok() && is_at_end(); }
    bool is_good() const { return is_whole() && !fault_; }
    std::optional<Unacceptable::Why> fault() const { return fault_; }

  private:
    std::uint8_t read_flags(std::initializer_list<Flag> flags);
    void blame(Unacceptable::Why why) {
        if (!fault_) fault_ = why;
    }

    std::optional<Unacceptable::Why> fault_;
};

/// What was read, if it is all good.
template<class Value>
std::optional<Value> if_good(const FieldReader& reader, Value value) {
    if (!reader.is_good()) return std::nullopt;
    return value;
}

} // namespace wire
