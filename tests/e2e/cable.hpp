// SPDX-License-Identifier: MIT
// Two hosts with a cable between them: network namespaces. Where this user may not make those, is_made() is
// false, and the test says that it is skipped.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace e2e {

/// Host 0 is 10.78.0.1 and fd78::1 at its interface `cable`, host 1 is 10.78.0.2 and fd78::2.
class Cable {
  public:
    Cable();
    ~Cable();
    Cable(const Cable&) = delete;
    Cable& operator=(const Cable&) = delete;

    bool is_made() const { return is_made_; }
    /// Each host loses so much of what comes in by IPv4.
    void lose(int percent);
    /// `arguments` as they are run on a host.
    std::vector<std::string> on(std::size_t host, std::vector<std::string> arguments) const;
    /// As ip(8) is told it, there.
    void ip(std::size_t host, const std::string& arguments);
    /// Of a host's end of the cable.
    std::string hardware_address(std::size_t host) const;

  private:
    void run(const std::string& command);

    std::vector<std::string> hosts_;
    bool is_made_ = true;
};

} // namespace e2e
