// SPDX-License-Identifier: MIT
#pragma once

/// Handlers for std::visit, one for each alternative; a forgotten one does not compile.
template<class... Handlers>
struct Overloaded : Handlers... {
    using Handlers::operator()...;
};
template<class... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>; // clang 14 does not deduce it
