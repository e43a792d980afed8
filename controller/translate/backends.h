#pragma once
// The backends of a table: which Service's ports are asked for, how they are called, and where they lead.
//
// Kept from one translation to the next (memory.h): a backend is made again where its Service, one of
// its EndpointSlices or what its Ingresses want of it has changed. One thread.

#include <cstddef>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "controller/kube/shelf.h"
#include "controller/translate/age.h"
#include "controller/translate/annotations/read.h"
#include "controller/translate/endpoints.h"
#include "controller/translate/footprint.h"
#include "controller/translate/options.h"
#include "controller/translate/report.h"
#include "proxy/table/routing_table.h"

namespace breakwater::translate {

/// What an Ingress wants of a backend; of those that lead there the oldest decides.
struct BackendWish {
    BackendDraft draft = {};
    SharedSettings said = {};  ///< by annotations, not by defaults; `draft` has it, too
    bool operator==(const BackendWish&) const = default;
};

/// That somebody asks for a Service's port.
struct Announcement {
    ServicePort port;
    Age age = Age::youngest();  ///< of the Ingress
    BackendWish wish = {};
};

class Backends {
public:
    /// What has changed since the translation before, in which nothing was there at first.
    void follow(const kube::Objects& before, const kube::Objects& now);

    /// All that is asked for is announced before the first look-up: only then a name that two of them
    /// would share can be told apart.
    void announce(const Announcement& wanted);
    void withdraw(const Announcement& wanted);
    /// Which names lead elsewhere than when this was called last, as trace_of_backend().
    [[nodiscard]] std::vector<Trace> settle_names();

    /// How the table calls the backend of an announced port.
    [[nodiscard]] std::string name_of(const ServicePort& port) const;
    /// Counts one user more, or one less. A backend is in the table while it has one.
    /// @param port  announced, and of a Service that has it
    void use(const ServicePort& port);
    void release(const ServicePort& port);

    /// Whether somebody can be asked at the port's backend. @pre it is used
    [[nodiscard]] bool is_ready(const ServicePort& port, const kube::Objects& objects,
                                const Options& options) const;
    /// Makes what has changed. @return all that are used
    const table::Backends& settle(const kube::Objects& objects, const Options& options);
    void collect_findings(std::vector<const table::Finding*>& into) const;

private:
    struct Entry {
        ServicePort port;
        std::multimap<Age, BackendWish> wanted;  ///< by whom
        std::size_t users = 0;
        std::shared_ptr<const table::Backend> node;  ///< null: not made yet
    };

    void touch(const std::string& name);
    [[nodiscard]] std::optional<table::Backend> make(const Entry& entry,
                                                     const kube::Objects& objects,
                                                     const Options& options, Report& report) const;
    void put(Entry& entry, table::Backend made);
    void take_out(Entry& entry);
    void mark(const kube::Key& service);

    std::map<std::string, Entry> entries_;  ///< by the name that nothing shares
    /// What shares `<namespace>-<service>-<port>`: `a-b`/`c` and `a`/`b-c` do, TCP and UDP do. The first
    /// has the name, the others get a longer one.
    std::map<std::string, std::set<std::string>> sharing_;
    std::map<std::string, std::string> first_before_;  ///< of each name that may lead elsewhere
    std::set<std::string> outdated_;                   ///< entries that are to be made again
    std::map<kube::Key, Slices> slices_;               ///< by Service
    std::map<std::string, table::Findings> findings_;  ///< by entry, where there are any
    table::Backends in_table_;
    table::Backends before_;  ///< in the table before: what is equal there is its node
};

/// Backends, for one part of a table: notes what it was told, and what it uses. What it is given
/// outlives it; after all announcements.
class BackendFinder {
public:
    BackendFinder(Backends& backends, Lookup& lookup, const Options& options)
        : backends_(backends), lookup_(lookup), options_(options) {}

    /// The name of the backend, which is in the table from then on.
    /// @error why there is none, as a sentence without its end.
    [[nodiscard]] std::expected<std::string, std::string> find(const ServicePort& port);

    /// protocol_of()
    [[nodiscard]] std::optional<table::BackendProtocol> protocol_of(const ServicePort& port);

    /// What was found, each once.
    [[nodiscard]] std::vector<ServicePort> take_used();

private:
    Backends& backends_;
    Lookup& lookup_;
    const Options& options_;
    std::map<std::string, ServicePort> used_;  ///< by name
};

}  // namespace breakwater::translate
