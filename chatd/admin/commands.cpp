// SPDX-License-Identifier: MIT
#include "chatd/admin/commands.hpp"

#include "common/app/lookup.hpp"
#include "common/session/room_password.hpp"
#include "common/text/width.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace chatd {
namespace {

/// The first word, which it takes from `rest`, with the white space around it.
std::string_view take_word(std::string_view& rest) {
    const auto skip_blanks = [&] {
        rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    };
    skip_blanks();
    const auto word = rest.substr(0, rest.find_first_of(" \t"));
    rest.remove_prefix(word.size());
    skip_blanks();
    return word;
}

std::string padded(std::string_view text, int columns) {
    return std::string(text) +
           std::string(static_cast<std::size_t>(std::max(0, columns - text::columns(text))), ' ');
}

/// "0:04", "12:30", "2:14:07"
std::string clock_text(Duration duration) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(duration).count();
    std::array<char, 32> out{};
    if (seconds >= 3600)
        std::snprintf(out.data(), out.size(), "%lld:%02lld:%02lld", static_cast<long long>(seconds / 3600),
                      static_cast<long long>(seconds / 60 % 60), static_cast<long long>(seconds % 60));
    else
        std::snprintf(out.data(), out.size(), "%lld:%02lld", static_cast<long long>(seconds / 60),
                      static_cast<long long>(seconds % 60));
    return out.data();
}

std::string address_of(const Hub::Presence& presence) {
    return presence.address ? presence.address->to_string() : "-";
}

AdminAnswer who(const AdminContext& context, std::string_view) {
    const auto presences = context.hub.presences(context.now);
    if (presences.empty()) return {{"nobody is here"}};
    int name_width = 4;
    int address_width = 7;
    for (const auto& presence : presences) {
        name_width = std::max(name_width, text::columns(presence.name.view()));
        address_width = std::max(address_width, text::columns(address_of(presence)));
    }
    const auto row = [&](std::string_view name, std::string_view address, std::string_view idle,
                         std::string_view rtt, std::string_view flags) {
        return padded(name, name_width) + "  " + padded(address, address_width) + "  " + padded(idle, 7) +
               "  " + padded(rtt, 6) + "  " + std::string(flags);
    };
    AdminAnswer answer{{row("NAME", "ADDRESS", "IDLE", "RTT", "FLAGS")}};
    for (const auto& presence : presences) {
        std::string flags;
        const auto add_flag = [&](const std::string& flag) { flags += (flags.empty() ? "" : ", ") + flag; };
        if (presence.is_classic) add_flag("classic");
        if (presence.is_unreachable) add_flag("unreachable");
        if (presence.is_away) add_flag("away");
        if (presence.lines_waiting > 0) add_flag(std::to_string(presence.lines_waiting) + " waiting");
        if (flags.empty()) flags = "-";
        const auto rtt =
            presence.rtt
                ? std::to_string(std::chrono::round<std::chrono::milliseconds>(*presence.rtt).count()) + "ms"
                : std::string("-");
        answer.lines.push_back(row(presence.name.view(), address_of(presence),
                                   presence.idle ? clock_text(*presence.idle) : "-", rtt, flags));
    }
    return answer;
}

AdminAnswer kick(const AdminContext& context, std::string_view rest) {
    const auto name = take_word(rest);
    if (name.empty()) return {{"whom? /kick NAME [reason]"}};
    if (const auto kicked = context.hub.kick(name, rest)) return {{"removed " + *kicked}};
    const auto found = text::look_up(context.hub.presences(context.now), name,
                                     [](const Hub::Presence& presence) { return presence.name.view(); });
    return {{"nobody called '" + text::escaped(name) + "' is here" +
             (found.near ? "; did you mean '" + *found.near + "'?" : "")}};
}

AdminAnswer kept_names(const AdminContext& context) {
    constexpr std::size_t most = 40; // rows
    const auto kept = context.hub.kept_names(most);
    if (kept.empty()) return {{"no name is kept for anybody who is not here"}};
    int width = 4;
    for (const auto& one : kept) width = std::max(width, text::columns(one.name.view()));
    AdminAnswer answer{{padded("NAME", width) + "  " + padded("KEY", 19) + "  UNTIL"}};
    for (const auto& one : kept)
        answer.lines.push_back(padded(one.name.view(), width) + "  " +
                               session::fingerprint(session::PublicKey{one.holder.bytes}) + "  " +
                               in_words(one.until));
    const auto more = context.hub.kept_count() - kept.size();
    if (more > 0) answer.lines.push_back("and " + std::to_string(more) + " more that were left before these");
    return answer;
}

AdminAnswer free(const AdminContext& context, std::string_view rest) {
    const auto word = take_word(rest);
    if (word.empty()) return kept_names(context);
    if (!rest.empty()) return {{"which name? /free NAME"}};
    const auto shown = "'" + text::escaped(word) + "'";
    const auto name = text::Name::recorded(word);
    if (!name) return {{shown + " is no name"}};
    if (const auto freed = context.hub.free_name(*name))
        return {{"the name " + std::string(freed->name.view()) + " is free: it was kept for the key " +
                 freed->fingerprint}};
    if (const auto here = context.hub.find_name(*name))
        return {{std::string(here->view()) + " is here: a name is kept when its holder has left"}};
    return {{"the name " + shown + " is not kept for anybody"}};
}

AdminAnswer topic(const AdminContext& context, std::string_view text) {
    context.hub.set_topic(text);
    return {{text.empty() ? "the topic is gone" : "the topic is set"}};
}

AdminAnswer key(const AdminContext&, std::string_view rest) {
    if (!rest.empty()) return {{"/key alone: the key is asked for then, and not shown"}};
    return {{"the room's new key (not shown; Enter alone for none):"}, false, true};
}

AdminAnswer stats(const AdminContext& context, std::string_view) {
    const auto& counters = context.hub.counters();
    const auto number = [](std::uint64_t value) { return std::to_string(value); };
    return {{
        "up " + clock_text(context.uptime) + "  members " + number(context.hub.member_count()) + " (peak " +
            number(counters.peak_members) + ")  in " + number(counters.lines_in) + " out " +
            number(counters.lines_out + context.hub.session_lines_out()) + " lines",
        "refused " + number(counters.refused) + "  delayed " + number(context.hub.delayed()) + "  withheld " +
            number(counters.withheld) + "  ignored " + number(counters.ignored) + "  held back " +
            number(counters.held_back) + "  port errors " + number(counters.unreachable) + "  unsent " +
            number(counters.unsent) + "  bad packets " + number(context.hub.refused_packets()) +
            "  limits met " + number(context.hub.limits_met()),
    }};
}

AdminAnswer clock(const AdminContext& context, std::string_view rest) {
    if (rest.empty()) return {{context.clock.description()}};
    if (rest != "accept") return {{"/clock alone shows the room's time, /clock accept takes the system's"}};
    const bool was_doubted = context.clock.accept();
    return {{(was_doubted ? "" : "there is nothing to accept: ") + context.clock.description()}};
}

AdminAnswer help(const AdminContext&, std::string_view) {
    AdminAnswer answer{{"What you type is shouted to the room. Commands:"}};
    for (const auto& command : admin_commands())
        answer.lines.push_back(
            "  " + padded("/" + std::string(command.name) + " " + std::string(command.parameters), 22) +
            std::string(command.help));
    answer.lines.emplace_back("  " + padded("//text", 22) + "shout a line that starts with a slash");
    return answer;
}

AdminAnswer quit(const AdminContext&, std::string_view) {
    return {{}, true};
}

constexpr std::array table = {
    AdminCommand{"who", "", "who is here, from where, and how long idle", who},
    AdminCommand{"kick", "NAME [reason]", "remove a member; it may come back in a minute", kick},
    AdminCommand{"free", "[NAME]", "which names are kept; with NAME, let that one go", free},
    AdminCommand{"topic", "[text]", "say what the room is about", topic},
    AdminCommand{"key", "", "ask for a key that whoever joins must know", key},
    AdminCommand{"stats", "", "what the room has handled so far", stats},
    AdminCommand{"clock", "[accept]", "the room's time, and what the system's clock says", clock},
    AdminCommand{"help", "", "this list", help},
    AdminCommand{"quit", "", "tell everybody and close the room", quit},
};

} // namespace

std::span<const AdminCommand> admin_commands() {
    return table;
}

AdminAnswer set_password(std::string_view line, const AdminContext& context) {
    if (line.empty()) {
        context.hub.set_password(std::nullopt);
        return {{"the room has no key: everybody may join"}};
    }
    auto made = session::parse_room_password(line);
    if (!made) return {{"that is no key (at most 256 bytes of text): nothing has changed"}};
    context.hub.set_password(std::move(made));
    return {{"the room has a key: who is here by chat stays, classic UDP clients had to go"}};
}

AdminAnswer carry_out(std::string_view line, const AdminContext& context) {
    if (!line.starts_with('/') || line.starts_with("//")) {
        const auto text = line.substr(line.starts_with("//") ? 1 : 0);
        const auto count = context.hub.shout(text);
        if (!count) return {};
        return {{*count == 0 ? "nobody is here to hear it" : "shouted to " + std::to_string(*count)}};
    }
    auto rest = line.substr(1);
    const auto word = take_word(rest);
    const auto found = text::look_up(table, word);
    if (found.entry != nullptr) return found.entry->carry_out(context, rest);
    return {{"no command '" + text::escaped(word) + "'" +
             (found.near ? "; did you mean '" + *found.near + "'?" : "; /help lists them")}};
}

} // namespace chatd
