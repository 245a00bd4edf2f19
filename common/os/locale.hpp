// SPDX-License-Identifier: MIT
#pragma once

/// Sets the user's locale for the whole process, always with UTF-8, and takes the translations of `domain`.
/// They are found even if the language's locale is not installed on the machine. Call it first in main().
void set_up_locale(const char* domain);
