// SPDX-License-Identifier: MIT
#include "common/wire/packet.hpp"
#include "common/base/ensure.hpp"
#include "common/session/session.hpp"
#include "tests/support/seeded_random.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto packet = wire::parse_packet(bytes);
    if (!packet) return 0;
    if (const auto* received = std::get_if<wire::Data>(&*packet)) {
        test::SeededRandom random(1);
        session::Session session({}, received->receiver, 1, random, Instant{});
        const auto result = session.open(*received, bytes, Instant{});
        ensure(std::holds_alternative<session::Session::Fault>(result), "nobody seals a packet by chance");
    }
    if (const auto* answer = std::get_if<wire::RoomAnswer>(&*packet))
        ensure(format(*answer).size() <= wire::probe_size, "an answer is no larger than its probe");
    return 0;
}
