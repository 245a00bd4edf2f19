// SPDX-License-Identifier: MIT
#include "common/os/locale.hpp"

#include <langinfo.h>
#include <libintl.h>

#include <clocale>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

namespace {

/// The language that the user asked for, in the order of setlocale(3).
std::string wanted_locale() {
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"})
        if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return value;
    return "C";
}

} // namespace

void set_up_locale(const char* domain) {
    const auto wanted = wanted_locale();
    const bool is_installed = std::setlocale(LC_ALL, "") != nullptr;
    if (!is_installed || std::string_view(nl_langinfo(CODESET)) != "UTF-8") {
        // The screen and the messages are always UTF-8; C.UTF-8 is part of every glibc.
        std::setlocale(LC_ALL, "C.UTF-8");
        if (wanted != "C" && wanted != "POSIX") setenv("LANGUAGE", wanted.c_str(), 0);
    }
    // A program finds its translations relative to itself, installed or in its build tree.
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    const auto directory = program.parent_path().parent_path() / "share" / "locale";
    bindtextdomain(domain, directory.c_str());
    bind_textdomain_codeset(domain, "UTF-8");
    textdomain(domain);
}
