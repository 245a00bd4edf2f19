// SPDX-License-Identifier: MIT
#include "chat/find/checked_name.hpp"

#include "chat/translate.hpp"
#include "common/app/failure.hpp"
#include "common/text/name.hpp"
#include "common/text/utf8.hpp"

namespace chat {

std::string checked_name(const std::string& typed) {
    const auto parsed = text::Name::parse(typed);
    if (const auto* name = std::get_if<text::Name>(&parsed)) return std::string(name->view());
    switch (std::get<text::NameFault>(parsed)) {
    case text::NameFault::empty: throw Failure(EX_USAGE, tr("say who you are: --name NAME"));
    case text::NameFault::too_long:
        throw Failure(EX_USAGE, tr("the name '{0}' is too long: at most 24 columns", {text::escaped(typed)}));
    case text::NameFault::bad_character: break;
    }
    throw Failure(EX_USAGE, tr("'{0}' is no name: letters and digits, with . _ - between them",
                               {text::escaped(typed)}));
}

} // namespace chat
