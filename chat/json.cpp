// SPDX-License-Identifier: MIT
#include "chat/json.hpp"

#include "common/overloaded.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>
#include <ctime>

namespace chat {
namespace {

using Object = nlohmann::ordered_json;

/// RFC 3339, in UTC, with milliseconds.
std::string timestamp(WallTime time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const auto calendar = std::chrono::system_clock::to_time_t(seconds);
    std::tm parts{};
    gmtime_r(&calendar, &parts);
    std::array<char, 40> out{};
    const auto length = std::strftime(out.data(), out.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    std::snprintf(out.data() + length, out.size() - length, ".%03dZ",
                  static_cast<int>((time - seconds).count()));
    return out.data();
}

Object object_of(const wire::Event& event) {
    Object object = {{"seq", event.sequence}, {"time", timestamp(event.time)}};
    std::visit(Overloaded{
                   [&](const wire::Joined& joined) {
                       object["kind"] = "join";
                       object["name"] = joined.name.view();
                       object["verified"] = !joined.is_classic;
                   },
                   [&](const wire::Left& left) {
                       object["kind"] = "leave";
                       object["name"] = left.name.view();
                   },
                   [&](const wire::Said& said) {
                       object["kind"] = said.is_action ? "act" : "say";
                       object["name"] = said.name.view();
                       object["text"] = said.text.view();
                   },
                   [&](const wire::Whispered& whispered) {
                       object["kind"] = "whisper";
                       object["name"] = whispered.name.view();
                       object["to"] = whispered.to.view();
                       object["text"] = whispered.text.view();
                   },
                   [&](const wire::Renamed& renamed) {
                       object["kind"] = "rename";
                       object["name"] = renamed.name.view();
                       object["to"] = renamed.new_name.view();
                   },
                   [&](const wire::AwaySet& away) {
                       object["kind"] = "notice";
                       object["name"] = away.name.view();
                       object["away"] = away.is_away;
                       object["text"] = away.reason.view();
                   },
                   [&](const wire::TopicSet& topic) {
                       object["kind"] = "topic";
                       object["text"] = topic.text.view();
                   },
                   [&](const wire::Shouted& shout) {
                       object["kind"] = "shout";
                       object["text"] = shout.text.view();
                   },
                   [&](const wire::Kicked& kicked) {
                       object["kind"] = "kick";
                       object["name"] = kicked.name.view();
                       object["text"] = kicked.reason.view();
                   },
               },
               event.what);
    return object;
}

} // namespace

std::optional<std::string> json_line(const LinkEvent& event, WallTime time) {
    const auto line = [](const Object& object) { return std::optional(object.dump()); };
    const auto told = [&](const char* kind, const char* key, const std::string& value) {
        return Object{{"time", timestamp(time)}, {"kind", kind}, {key, value}};
    };
    const auto status = [&](const char* state) { return line(told("status", "state", state)); };
    const auto spoken = [&](const char* kind, const std::string& name, const std::string& text) {
        auto object = told(kind, "name", name);
        if (!text.empty()) object["text"] = text;
        return line(object);
    };
    return std::visit(
        Overloaded{
            [&](const RoomEvent& what) { return line(object_of(what.event)); },
            [&](const Online&) { return status("online"); },
            [&](const Offline&) { return status("offline"); },
            [&](const Closed&) { return status("closed"); },
            [&](const Unanswered&) { return status("unanswered"); },
            [&](const HostKeyChanged&) { return status("host key changed"); },
            [&](const KeyRefused&) { return status("key refused"); },
            [](const HostUnknown&) { return std::optional<std::string>(); },
            [](const RoundTrip&) { return std::optional<std::string>(); },
            [](const TypingKnown&) { return std::optional<std::string>(); },
            [&](const Named& named) {
                auto object = told("status", "state", "named");
                object["name"] = named.name;
                return line(object);
            },
            [&](const PresenceKnown& known) {
                auto object =
                    told("status", "state", known.entry.is_unreachable ? "unreachable" : "reachable");
                object["name"] = known.entry.name.view();
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
                for (const auto& entry : roster.roster.entries) object["names"].push_back(entry.name.view());
                return line(object);
            },
            [&](const RoomKnown& room) {
                auto object = told("status", "state", "found");
                object["room"] = room.room;
                object["fingerprint"] = room.fingerprint;
                return line(object);
            },
            [](const LineSent&) { return std::optional<std::string>(); },
            [&](const wire::classic::ChatLine& said) { return spoken("say", said.name, said.text); },
            [&](const wire::classic::JoinNotice& notice) { return spoken("join", notice.name, {}); },
            [&](const wire::classic::LeaveNotice& notice) {
                return spoken("leave", notice.name, notice.detail);
            },
            [&](const wire::classic::AdminLine& shout) { return line(told("shout", "text", shout.text)); },
            [&](const wire::classic::HostLine& word) { return line(told("notice", "text", word.text)); },
            [&](const wire::classic::OtherLine& other) { return line(told("notice", "text", other.text)); },
        },
        event);
}

} // namespace chat
