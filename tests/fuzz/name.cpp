// SPDX-License-Identifier: MIT
#include "common/text/name.hpp"
#include "common/base/ensure.hpp"
#include "common/text/utf8.hpp"
#include "common/text/width.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto name = text::Name::parsed(bytes);
    if (!name) return 0;
    const auto view = name->view();
    ensure(!view.empty() && view.size() <= text::Name::max_bytes, "a name has bytes, and not too many");
    ensure(text::columns(view) >= 1 && text::columns(view) <= text::Name::max_columns,
           "a name has 1 to 24 columns");
    ensure(text::Text::from_untrusted(view).view() == view, "a name is displayable");
    ensure(view.find_first_of(" :\t\n") == std::string_view::npos, "a name is one word");
    const auto again = text::Name::parsed(view);
    ensure(again && again->view() == view && again->is_like(*name), "a name is itself when it is read again");
    name->is_reserved();
    return 0;
}
