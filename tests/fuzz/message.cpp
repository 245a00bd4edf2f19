// SPDX-License-Identifier: MIT
#include "common/wire/message.hpp"
#include "common/base/ensure.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    // What was read can be written, and is read as the same again.
    if (const auto event = wire::decode_event(7, bytes)) {
        const auto again = wire::decode_event(7, encode(*event));
        ensure(again && again->what.index() == event->what.index(), "an event is read as it is written");
    }
    if (const auto command = wire::decode_command(bytes)) {
        const auto again = wire::decode_command(encode(*command));
        ensure(again && again->index() == command->index(), "a command is read as it is written");
    }
    if (const auto roster = wire::decode_roster(bytes)) {
        const auto again = wire::decode_roster(encode(*roster));
        ensure(again && again->entries.size() == roster->entries.size(), "a roster is read as it is written");
    }
    if (const auto join = wire::decode_join(bytes))
        ensure(wire::decode_join(encode(*join)).has_value(), "a join is read as it is written");
    return 0;
}
