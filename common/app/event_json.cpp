// SPDX-License-Identifier: MIT
#include "common/app/event_json.hpp"

#include "common/session/crypto.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>
#include <ctime>

namespace {

// What an object has of each event, behind its number and time.

void put(nlohmann::ordered_json& object, const wire::Joined& joined) {
    object["kind"] = "join";
    object["name"] = joined.name.view();
    object["verified"] = !joined.is_classic;
    if (joined.fingerprint) object["key"] = session::fingerprint(*joined.fingerprint);
}

void put(nlohmann::ordered_json& object, const wire::Left& left) {
    object["kind"] = "leave";
    object["name"] = left.name.view();
}

void put(nlohmann::ordered_json& object, const wire::Said& said) {
    object["kind"] = said.is_action ? "act" : "say";
    object["name"] = said.name.view();
    object["text"] = said.text.view();
}

void put(nlohmann::ordered_json& object, const wire::Whispered& whispered) {
    object["kind"] = "whisper";
    object["name"] = whispered.name.view();
    object["to"] = whispered.to.view();
    object["text"] = whispered.text.view();
}

void put(nlohmann::ordered_json& object, const wire::Renamed& renamed) {
    object["kind"] = "rename";
    object["name"] = renamed.name.view();
    object["to"] = renamed.new_name.view();
}

void put(nlohmann::ordered_json& object, const wire::AwaySet& away) {
    object["kind"] = "notice";
    object["name"] = away.name.view();
    object["away"] = away.is_away;
    object["text"] = away.reason.view();
}

void put(nlohmann::ordered_json& object, const wire::TopicSet& topic) {
    object["kind"] = "topic";
    object["text"] = topic.text.view();
}

void put(nlohmann::ordered_json& object, const wire::Shouted& shouted) {
    object["kind"] = "shout";
    object["text"] = shouted.text.view();
}

void put(nlohmann::ordered_json& object, const wire::Kicked& kicked) {
    object["kind"] = "kick";
    object["name"] = kicked.name.view();
    object["text"] = kicked.reason.view();
}

} // namespace

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

nlohmann::ordered_json event_object(const wire::Event& event) {
    nlohmann::ordered_json object = {{"seq", event.sequence}, {"time", timestamp(event.time)}};
    std::visit([&](const auto& what) { put(object, what); }, event.what);
    return object;
}
