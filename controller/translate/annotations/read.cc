#include "controller/translate/annotations/read.h"

#include <ranges>

#include "controller/translate/annotations/groups.h"
#include "controller/translate/known.h"
#include "proxy/base/ascii.h"

namespace breakwater::translate {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kUsesDefault = "the default is used";

std::string sentence(std::string_view value, const Refusal& refusal, std::string_view instead) {
    return in_quotes(value) + " " + refusal.text + "; " + std::string(instead);
}

struct Split {
    std::string_view prefix;
    std::string_view name;
};

/// At the slash; of a name without one there is no prefix.
Split split(std::string_view annotation) {
    const std::size_t slash = annotation.find('/');
    if (slash == annotation.npos) return {{}, annotation};
    return {annotation.substr(0, slash), annotation.substr(slash + 1)};
}

/// @param prefix  that of ingress-nginx's names
std::string_view prefix_of(const Row& row, std::string_view prefix) {
    return row.owner == Owner::breakwater ? kOwnPrefix : prefix;
}

std::optional<Refusal> set(const Row& row, std::string_view value, const Checks& checks,
                           Draft& draft) {
    if (row.check) {
        auto passed = (checks.*row.check)(std::string(value));
        if (!passed) return Refusal{.text = std::move(passed.error())};
    }
    return row.set(value, draft);
}

/// The reading of one Ingress, annotation by annotation.
class Reader {
public:
    Reader(const kube::Ingress& ingress, std::string_view prefix, std::string_view instead,
           const Checks& checks, Report& report)
        : ingress_(ingress), prefix_(prefix), instead_(instead), checks_(checks), report_(report) {}

    void read(const std::string& annotation, std::string_view value, const Row& row,
              Reading& reading) {
        value = trim(value, kBlanks);
        if (value.empty() || is_overruled(annotation, row)) return;
        const std::optional<Refusal> refusal = set(row, value, checks_, reading.draft);
        if (!refusal) {
            if (row.scope == Scope::server)
                reading.server.emplace_back(&row, annotation, std::string(value));
            if (row.scope == Scope::backend)
                reading.backend.emplace_back(&row, annotation, std::string(value));
            return;
        }
        switch (refusal->mild ? OnBad::use_default : row.on_bad) {
            case OnBad::use_default:
                report_.warn(ref(ingress_), annotation_field(annotation),
                             sentence(value, *refusal, kUsesDefault));
                return;
            case OnBad::leave_out:
                reading.left_out = true;
                report_.error(ref(ingress_), annotation_field(annotation),
                              sentence(value, *refusal, instead_));
                return;
            case OnBad::deny:
                reading.denied = true;
                report_.error(ref(ingress_), annotation_field(annotation),
                              sentence(value, *refusal, "its paths answer 503"));
                return;
        }
    }

    /// @param prefix  of the two that are ours to read
    void report_unknown(const std::string& annotation, std::string_view prefix,
                        std::string_view name) {
        const std::string_view why =
            prefix == prefix_ ? why_no_annotation(name) : "is no annotation of Breakwater";
        report_.warn(ref(ingress_), annotation_field(annotation),
                     "this " + std::string(why) + "; it is ignored");
    }

private:
    /// An alias gives way to the name proper.
    bool is_overruled(std::string_view annotation, const Row& row) const {
        return !row.alias.empty() && annotation != annotation_of(row, ingress_, prefix_);
    }

    const kube::Ingress& ingress_;
    std::string_view prefix_;
    std::string_view instead_;
    const Checks& checks_;
    Report& report_;
};

}  // namespace

std::string annotation_of(const Row& row, const kube::Ingress& ingress, std::string_view prefix) {
    const std::string before = std::string(prefix_of(row, prefix)) + "/";
    const auto is_set = [&](const std::string& annotation) {
        const auto said = ingress.meta.annotations.find(annotation);
        return said != ingress.meta.annotations.end() && !trim(said->second, kBlanks).empty();
    };
    std::string proper = before + std::string(row.name);
    if (row.alias.empty() || is_set(proper)) return proper;
    std::string alias = before + std::string(row.alias);
    return is_set(alias) ? alias : proper;
}

std::string annotation_field(std::string_view annotation) {
    return "metadata.annotations[" + std::string(annotation) + "]";
}

std::string annotation_field(std::string_view prefix, std::string_view name) {
    return annotation_field(std::string(prefix) + "/" + std::string(name));
}

std::string_view first_annotation(const kube::Ingress& ingress, std::string_view prefix,
                                  std::string_view start) {
    const std::string wanted = std::string(prefix) + "/" + std::string(start);
    const auto first = ingress.meta.annotations.lower_bound(wanted);
    const bool found = first != ingress.meta.annotations.end() && first->first.starts_with(wanted);
    return found ? std::string_view(first->first) : std::string_view();
}

Reading read_annotations(const kube::Ingress& ingress, const Draft& defaults,
                         std::string_view prefix, std::string_view instead, FindRow find_row,
                         const Checks& checks, Report& report) {
    Reading reading{.draft = defaults, .server = {}, .backend = {}};
    Reader reader(ingress, prefix, instead, checks, report);
    for (const auto& [annotation, value] : ingress.meta.annotations) {
        const auto [before, name] = split(annotation);
        if (before != prefix && before != kOwnPrefix) continue;
        const Row* row = find_row(name);
        if (row && before == prefix_of(*row, prefix)) {
            reader.read(annotation, value, *row, reading);
        } else {
            reader.report_unknown(annotation, before, name);
        }
    }
    return reading;
}

Draft merge_server_scope(const Draft& defaults, std::span<const SharedSettings* const> said) {
    Draft merged = defaults;
    for (const SharedSettings* settings : std::views::reverse(said)) {
        for (const SharedSetting& setting : *settings)
            setting.row->set(setting.value, merged);  // accepted once already
    }
    return merged;
}

bool read_default(const table::ObjectRef& config_map, std::string_view key, std::string_view value,
                  const Checks& checks, Draft& draft, Report& report) {
    const Row* row = find_default(key);
    if (!row) return false;
    if (value.empty()) return true;
    if (const std::optional<Refusal> refusal = set(*row, value, checks, draft)) {
        report_default(config_map, key, value, *refusal, report);
    }
    return true;
}

void report_default(const table::ObjectRef& config_map, std::string_view key,
                    std::string_view value, const Refusal& refusal, Report& report) {
    report.warn(config_map, "data[" + std::string(key) + "]",
                sentence(value, refusal, kUsesDefault));
}

}  // namespace breakwater::translate
