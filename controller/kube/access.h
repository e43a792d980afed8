#pragma once
// How an API server is reached and who we are to it, as a kubeconfig or a pod's files say it.
//
// Values. Files are named here, not read: they are read when they are needed, because they rotate.

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace breakwater::kube {

struct Cluster {
    std::string url;                ///< `https://10.0.0.1:443`, no slash at the end
    std::string ca_pem;             ///< the certificates that we trust; wins over `ca_file`
    std::filesystem::path ca_file;  ///< both empty: the system's
    bool insecure = false;          ///< no check of the server's certificate at all
    std::string tls_server_name;    ///< the name in the certificate, where it is not the url's host
    std::string proxy_url;          ///< empty: none; the environment's proxies are not looked at
};

/// A program that prints credentials: client.authentication.k8s.io/v1 and v1beta1.
struct ExecPlugin {
    std::string api_version;
    std::string command;  ///< an absolute path, or a name that is looked up in PATH
    std::vector<std::string> args;
    std::vector<std::pair<std::string, std::string>> env;  ///< added to ours
    std::string install_hint;  ///< for people, where the program is missing
    bool provide_cluster_info = false;
};

/// Where both the text and a file are set, a certificate's text and a token's file win.
struct User {
    std::string token;
    std::filesystem::path token_file;
    std::string certificate_pem;
    std::filesystem::path certificate_file;
    std::string key_pem;
    std::filesystem::path key_file;
    std::optional<ExecPlugin> exec;
};

struct Access {
    Cluster cluster;
    User user;
    std::string namespace_name;  ///< the pod's own, or the context's; empty where none is said
};

}  // namespace breakwater::kube
