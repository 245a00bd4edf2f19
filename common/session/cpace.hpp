// SPDX-License-Identifier: MIT
// CPace with ristretto255 and SHA-512 (draft-irtf-cfrg-cpace): both sides of one exchange turn a shared
// password into a key, and whoever does not know it gets one guess an exchange, never one that can be tried
// at home.
#pragma once

#include "common/base/random.hpp"
#include "common/session/crypto.hpp"

#include <optional>
#include <string_view>

namespace session {

using CpacePoint = PublicBytes<32, struct CpacePointTag>;
using CpaceScalar = Bytes<32, struct CpaceScalarTag>;
using CpaceKey = Bytes<64, struct CpaceKeyTag>; ///< the intermediate session key, ISK

class Cpace {
  public:
    /// `channel` (CI) and `session_id` (sid) must be the same on both sides; `scalar` is this exchange's
    /// secret.
    Cpace(std::string_view password, std::string_view channel, std::string_view session_id,
          const CpaceScalar& scalar);

    static CpaceScalar random_scalar(Random& random);

    /// What goes to the other side: Ya or Yb.
    const CpacePoint& share() const { return share_; }

    enum class Role { initiator, responder };
    /// The key, from the other side's share and both sides' associated data. Nothing for a share that is no
    /// good.
    std::optional<CpaceKey> finish(Role role, const CpacePoint& theirs, std::string_view our_data,
                                   std::string_view their_data) const;

  private:
    std::string session_id_;
    CpaceScalar scalar_;
    CpacePoint share_;
};

} // namespace session
