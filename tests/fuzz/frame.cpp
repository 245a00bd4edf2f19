// SPDX-License-Identifier: MIT
#include "common/wire/frame.hpp"
#include "common/base/ensure.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto frames = wire::parse_frames(bytes);
    if (!frames) return 0;
    // What was read can be written, and is read as the same again.
    std::string again;
    wire::Writer writer(again);
    for (const auto& frame : *frames) std::visit([&](const auto& what) { write(writer, what); }, frame);
    const auto reread = wire::parse_frames(again);
    ensure(reread && reread->size() == frames->size(), "frames are read as they are written");
    for (std::size_t i = 0; i < frames->size(); ++i)
        ensure((*reread)[i].index() == (*frames)[i].index(), "a frame stays of its kind");
    return 0;
}
