// SPDX-License-Identifier: MIT
#include "chat/plain/json.hpp"

#include "common/app/event_json.hpp"
#include "common/base/overloaded.hpp"
#include "common/session/crypto.hpp"

#include <nlohmann/json.hpp>

namespace chat {
namespace {

using Object = nlohmann::ordered_json;

/// Of what no log has: it has no number and no time of the host's, and nobody is known to be verified or not.
void strip_log(Object& object, WallTime time) {
    object.erase("seq");
    object["time"] = timestamp(time);
    object.erase("verified");
    if (object["kind"] == "say" && object["text"] == "") object.erase("text");
}

} // namespace

std::string json_notice(const std::string& text, WallTime time) {
    return Object{{"time", timestamp(time)}, {"kind", "notice"}, {"text", text}}.dump();
}

std::optional<std::string> json_line(const LinkEvent& event, WallTime time) {
    const auto line = [](const Object& object) { return std::optional(object.dump()); };
    const auto told = [&](const char* kind, const char* key, const std::string& value) {
        return Object{{"time", timestamp(time)}, {"kind", kind}, {key, value}};
    };
    const auto status = [&](const char* state) { return line(told("status", "state", state)); };
    return std::visit(
        Overloaded{
            [&](const RoomEvent& what) {
                auto object = event_object(what.event);
                if (!what.is_logged()) strip_log(object, time);
                if (!what.detail.empty()) object["text"] = what.detail;
                if (what.is_history) object["history"] = true;
                return line(object);
            },
            [](const SearchResults& found) -> std::optional<std::string> {
                std::string lines;
                for (const auto& said : found.lines) {
                    auto object = event_object(said);
                    object["found"] = true;
                    lines += (lines.empty() ? "" : "\n") + object.dump();
                }
                return lines.empty() ? std::nullopt : std::optional(lines);
            },
            [&](const LineKept& kept) { return line(told("notice", "text", "sent again: " + kept.text)); },
            [&](const Online&) { return status("online"); },
            [&](const Offline&) { return status("offline"); },
            [&](const Closed&) { return status("closed"); },
            [&](const Unanswered&) { return status("unanswered"); },
            [&](const HostKeyChanged&) { return status("host key changed"); },
            [&](const PasswordRefused&) { return status("key refused"); },
            [](const HostUnknown&) { return std::optional<std::string>(); },
            [](const RoundTrip&) { return std::optional<std::string>(); },
            [](const TypingKnown&) { return std::optional<std::string>(); },
            [&](const Named& named) {
                auto object = told("status", "state", "named");
                object["name"] = named.name;
                return line(object);
            },
            [&](const PresenceKnown& known) {
                auto object = told("status", "state", known.is_unreachable ? "unreachable" : "reachable");
                object["name"] = known.name;
                return line(object);
            },
            [&](const Refused& refused) {
                auto object = told("status", "state", "refused");
                object["text"] = refused.why;
                return line(object);
            },
            [&](const LineRefused& refused) {
                return line(told("notice", "text", "not said: " + refused.why));
            },
            [&](const RosterKnown& roster) {
                auto object = told("status", "state", "roster");
                object["topic"] = roster.roster.topic.view();
                for (const auto& entry : roster.roster.entries) {
                    object["names"].push_back(entry.name.view());
                    if (entry.fingerprint)
                        object["keys"][std::string(entry.name.view())] =
                            session::fingerprint(*entry.fingerprint);
                }
                return line(object);
            },
            [&](const RoomKnown& room) {
                auto object = told("status", "state", "found");
                object["room"] = room.room;
                object["fingerprint"] = room.fingerprint;
                return line(object);
            },
            [](const LineSent&) { return std::optional<std::string>(); },
            [&](const Notice& notice) { return line(told("notice", "text", notice.text)); },
        },
        event);
}

} // namespace chat
