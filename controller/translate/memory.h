#pragma once
// What a translation leaves for the next one: what it has read, and the parts that it has made of it.
//
// Used up by the next translation, which changes what has changed; where that one fails, it is lost, and
// the one after it makes everything anew. One thread.

#include <memory>
#include <set>
#include <vector>

#include "controller/translate/backend_tls.h"
#include "controller/translate/backends.h"
#include "controller/translate/client_certificates.h"
#include "controller/translate/fallback.h"
#include "controller/translate/group.h"
#include "controller/translate/of_secret.h"
#include "controller/translate/secret_use.h"
#include "controller/translate/translate.h"

namespace breakwater::translate {

struct Memory {
    kube::Objects objects;
    Accepted accepted;
    std::shared_ptr<const table::RoutingTable> table;  ///< null: nothing was translated before

    std::vector<Part> parts;
    std::set<GroupPtr> with_findings;  ///< those that have any
    HostPtr catch_all;                 ///< null: no group has it
    Backends backends;
    /// Of those who are no Ingress: TCP and UDP services, the default backend.
    std::vector<Announcement> announcements;
    std::vector<ServicePort> used;
    DefaultBackend default_backend;

    SecretUse secrets;
    std::set<kube::Key> own_secrets;  ///< of those who are no Ingress: what flags name
    OfSecret<table::Certificate> certificates;
    ClientAuthorities::Known authorities;
    BackendTlsInUse backend_tls;
};

}  // namespace breakwater::translate
