// SPDX-License-Identifier: MIT
// An event of a room as a JSON object, for programs: the same from chat and from chatd.
#pragma once

#include "common/base/time.hpp"
#include "common/wire/event.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

/// RFC 3339, in UTC, with milliseconds.
std::string timestamp(WallTime time);

/// {"seq":941,"time":"2026-11-20T10:08:31.204Z","kind":"say","name":"ann","text":"…"}; "kind" is join, leave,
/// say, act, whisper, shout, topic, rename, kick or notice.
nlohmann::ordered_json event_object(const wire::Event& event);
