// SPDX-License-Identifier: MIT
#include "chat/plain/json.hpp"

#include "chat/model/spoken.hpp"
#include "common/app/event_json.hpp"
#include "common/base/overloaded.hpp"
#include "common/session/crypto.hpp"

#include <nlohmann/json.hpp>

namespace chat {
namespace {

using Object = nlohmann::ordered_json;
/// A line, or nothing.
using Json = std::optional<std::string>;

/// Of what no log has: it has no number and no time of the host's, and nobody is known to be verified or not.
void strip_log(Object& object, WallTime time) {
    object.erase("seq");
    object["time"] = timestamp(time);
    object.erase("verified");
    if (object["kind"] == "say" && object["text"].get_ref<const std::string&>().empty()) object.erase("text");
}

Object told(const char* kind, const char* key, const std::string& value, WallTime time) {
    return {{"time", timestamp(time)}, {"kind", kind}, {key, value}};
}

Object object_of(const RoomEvent& what, WallTime time) {
    auto object = event_object(what.event);
    if (!what.is_logged()) strip_log(object, time);
    if (!what.detail.empty()) object["text"] = what.detail;
    if (what.is_history) object["history"] = true;
    return object;
}

Object object_of(const RosterKnown& known, WallTime time) {
    auto object = told("status", "state", "roster", time);
    object["topic"] = known.roster.topic.view();
    for (const auto& entry : known.roster.entries) {
        object["names"].push_back(entry.name.view());
        if (entry.fingerprint)
            object["keys"][std::string(entry.name.view())] = session::fingerprint(*entry.fingerprint);
    }
    return object;
}

Object object_of(const RoomKnown& room, WallTime time) {
    auto object = told("status", "state", "found", time);
    object["room"] = room.room;
    object["fingerprint"] = room.fingerprint;
    return object;
}

/// An object a line.
Json lines_of(const SearchResults& found) {
    std::string lines;
    for (const auto& said : found.lines) {
        auto object = event_object(said);
        object["found"] = true;
        lines += (lines.empty() ? "" : "\n") + object.dump();
    }
    return lines.empty() ? std::nullopt : Json(lines);
}

} // namespace

std::string json_notice(const std::string& text, WallTime time) {
    return told("notice", "text", text, time).dump();
}

std::optional<std::string> json_line(const LinkEvent& event, WallTime time) {
    const auto status = [&](const char* state) { return Json(told("status", "state", state, time).dump()); };
    const auto status_of = [&](const char* state, const char* key, const std::string& value) {
        auto object = told("status", "state", state, time);
        object[key] = value;
        return Json(object.dump());
    };
    const auto notice = [&](const std::string& text) { return Json(json_notice(text, time)); };
    return std::visit(
        Overloaded{
            [&](const RoomEvent& what) { return Json(object_of(what, time).dump()); },
            [](const SearchResults& found) { return lines_of(found); },
            [&](const LineKept& kept) { return notice("sent again: " + own_words(kept.command)); },
            [&](const LineRefused& refused) { return notice("not said: " + refused.why); },
            [&](const Notice& word) { return notice(word.text); },
            [&](const Online&) { return status("online"); },
            [&](const Offline&) { return status("offline"); },
            [&](const Closed&) { return status("closed"); },
            [&](const Unanswered&) { return status("unanswered"); },
            [&](const HostKeyChanged&) { return status("host key changed"); },
            [&](const PasswordRefused&) { return status("key refused"); },
            [&](const Named& named) { return status_of("named", "name", named.name); },
            [&](const PresenceKnown& known) {
                return status_of(known.is_unreachable ? "unreachable" : "reachable", "name", known.name);
            },
            [&](const Refused& refused) { return status_of("refused", "text", refused.why); },
            [&](const RosterKnown& known) { return Json(object_of(known, time).dump()); },
            [&](const RoomKnown& room) { return Json(object_of(room, time).dump()); },
            [](const HostUnknown&) { return Json(); },
            [](const RoundTrip&) { return Json(); },
            [](const TypingKnown&) { return Json(); },
            [](const LineSent&) { return Json(); },
        },
        event);
}

} // namespace chat
