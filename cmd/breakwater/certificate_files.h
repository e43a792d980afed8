#pragma once
// A certificate and its key in two files that somebody replaces from time to time: cert-manager, kubelet.
//
// Any thread, several at a time.

#include <chrono>
#include <expected>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "proxy/base/clock.h"
#include "proxy/tls/socket_session.h"

namespace breakwater::cmd {

class CertificateFiles {
public:
    using Context = std::shared_ptr<const tls::SocketContext>;

    /// How long what was read counts without another look.
    static constexpr std::chrono::seconds kFresh{1};

    /// @param clock  outlives this
    CertificateFiles(std::filesystem::path certificate, std::filesystem::path key,
                     const Clock& clock = system_clock())
        : certificate_(std::move(certificate)), key_(std::move(key)), clock_(clock) {}

    /// Reads them for the first time. @error one sentence, without a byte of them
    [[nodiscard]] std::expected<void, std::string> open();

    /// As they are now; where they cannot be used, as they last could, which is said once. Never null
    /// after open().
    [[nodiscard]] Context current();

private:
    struct Texts {
        std::string chain_pem;
        std::string key_pem;
        bool operator==(const Texts&) const = default;
    };

    /// Takes over what is in the files, where it is new. @error why it cannot be used
    [[nodiscard]] std::expected<void, std::string> reload();

    const std::filesystem::path certificate_;
    const std::filesystem::path key_;
    const Clock& clock_;
    std::mutex mutex_;  ///< guards what follows
    Deadline stale_;
    Texts tried_;                               ///< as last read, good or not
    std::expected<void, std::string> verdict_;  ///< of these
    std::string said_;                          ///< what is wrong with them, while it is
    Context context_;
};

}  // namespace breakwater::cmd
