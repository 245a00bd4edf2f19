// SPDX-License-Identifier: MIT
// The classic protocol's words: what `nc -u` and a first Python client send (L, C, Q), and the lines they
// get. Only bytes and values: the room and the gate decide who may do what.
#pragma once

#include "common/text/name.hpp"
#include "common/text/utf8.hpp"
#include "common/wire/frame.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace wire::classic {

/// Simple clients read 1024 bytes at a time and decode them strictly.
inline constexpr std::size_t max_datagram = 1024;
/// `C name text` with the longest name and text, and a line end: more than that can't be said at once.
inline constexpr std::size_t max_request = 2 + text::Name::max_bytes + 1 + max_text + 2;
/// A refusal is shorter than this.
inline constexpr std::size_t max_refusal = 120;

inline constexpr std::string_view welcome = "OK";
inline constexpr std::string_view farewell = "EXIT";
/// A line of the host to one member starts like this; nobody can be called chatd.
inline constexpr std::string_view host_prefix = "chatd: ";

/// `L name`
struct Login {
    std::string_view name;
};
/// `C name text`
struct Chat {
    std::string_view name;
    std::string_view text; ///< unchecked
};
/// `Q name`
struct Quit {
    std::string_view name;
};
using Request = std::variant<Login, Chat, Quit>;

/// One datagram is one request; a line end (or the NUL padding of a fixed buffer) behind it is not part of
/// it. Empty if the datagram is no request.
std::optional<Request> parse_request(std::string_view datagram);

/// Whether the sender ends its lines, as nc does; then so do we to it.
bool ends_line(std::string_view datagram);

std::string format_login(std::string_view name);
std::string format_chat(std::string_view name, std::string_view text);
std::string format_quit(std::string_view name);

/// The words of the notices, with {name} and {text} where those go. English unless a translation is put in.
struct Phrases {
    std::string joined = "{name} joined the room";
    std::string left = "{name} left the room";
    std::string said = "{name}: {text}";
    std::string admin = "admin";
};

/// `pattern` with {name} and {text} filled in.
std::string filled(std::string_view pattern, std::string_view name, std::string_view text = {});

/// `pattern` with {name} and `text` filled in, as many times as it takes to get all of `text` out in lines of
/// at most `max_bytes`, cut between grapheme clusters.
std::vector<std::string> filled_lines(std::string_view pattern, std::string_view name, std::string_view text,
                                      std::size_t max_bytes = max_datagram);

/// The meaning of a server's line, as far as a client can tell from words alone.
struct Welcome {};
struct Farewell {};
struct JoinNotice {
    std::string name;
};
struct LeaveNotice {
    std::string name;
    std::string detail; ///< "(removed by admin)"
};
struct ChatLine {
    std::string name;
    std::string text;
};
struct AdminLine {
    std::string text;
};
/// The host to this member alone.
struct HostLine {
    std::string text;
};
struct OtherLine {
    std::string text;
};
using Line =
    std::variant<Welcome, Farewell, JoinNotice, LeaveNotice, ChatLine, AdminLine, HostLine, OtherLine>;

/// Reads a server's datagram, whose words may be any of the languages that we ship. All strings in the result
/// are displayable.
Line parse_line(std::string_view datagram);

} // namespace wire::classic
