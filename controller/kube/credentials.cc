#include "controller/kube/credentials.h"

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "controller/kube/files.h"

namespace breakwater::kube {
namespace {

/// A credential is not used in the last moments of its life: it would expire under way.
constexpr std::chrono::seconds kEarly{10};

std::string trimmed(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return {};
    return std::string(text.substr(begin, text.find_last_not_of(kSpace) - begin + 1));
}

Expected<std::string> text_or_file(const std::string& text, const std::filesystem::path& file) {
    if (!text.empty() || file.empty()) return text;
    return read_file(file);
}

/// A line break in a token would begin a header field of its own.
bool is_token(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

Expected<Presented> Credentials::present(const std::stop_token& stop) {
    auto ca_pem = text_or_file(access_.cluster.ca_pem, access_.cluster.ca_file);
    if (!ca_pem) return because(std::move(ca_pem.error()));
    auto identity = access_.user.exec ? from_plugin(*ca_pem, stop) : from_files();
    if (!identity) return because(std::move(identity.error()));
    if (!is_token(identity->token)) return because("the token holds what no token does");
    return Presented{*std::move(identity), *std::move(ca_pem)};
}

void Credentials::refused(const Identity& identity) {
    const std::scoped_lock lock(mutex_);
    if (issued_ && issued_->identity == identity) issued_.reset();
}

Expected<Identity> Credentials::from_plugin(const std::string& ca_pem,
                                            const std::stop_token& stop) {
    const std::scoped_lock lock(mutex_);
    if (issued_ && (!issued_->expires || clock_.wall() + kEarly < *issued_->expires)) {
        return issued_->identity;
    }
    auto issued =
        run_exec_plugin(*access_.user.exec, access_.cluster, ca_pem, kPluginTimeLimit, stop);
    if (!issued) return because(std::move(issued.error()));
    issued_ = *std::move(issued);
    return issued_->identity;
}

Expected<Identity> Credentials::from_files() const {
    const User& user = access_.user;
    Identity identity;
    identity.token = user.token;
    if (!user.token_file.empty()) {
        const auto token = read_file(user.token_file);
        if (!token) return because(token.error());
        identity.token = trimmed(*token);
        if (identity.token.empty()) return because(user.token_file.string() + " is empty");
    }
    auto certificate = text_or_file(user.certificate_pem, user.certificate_file);
    if (!certificate) return because(std::move(certificate.error()));
    auto key = text_or_file(user.key_pem, user.key_file);
    if (!key) return because(std::move(key.error()));
    if (certificate->empty() != key->empty()) {
        return because("the kubeconfig names a client certificate without its key, or a key alone");
    }
    identity.certificate_pem = *std::move(certificate);
    identity.key_pem = *std::move(key);
    return identity;
}

}  // namespace breakwater::kube
