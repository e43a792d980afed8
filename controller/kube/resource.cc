#include "controller/kube/resource.h"

#include <fmt/format.h>

#include "controller/kube/http_client.h"

namespace breakwater::kube {

std::string Resource::to_string() const {
    return group.empty() ? std::string(plural) : fmt::format("{}.{}", plural, group);
}

std::string_view Resource::api_version() const {
    return root.substr(root.find('/', 1) + 1);  // behind `/api/` or `/apis/`
}

std::string Place::path() const {
    std::string path(resource.root);
    if (!namespace_name.empty()) path += "/namespaces/" + percent_encode(namespace_name);
    path.append("/").append(resource.plural);
    if (!name.empty()) path += "/" + percent_encode(name);
    if (!subresource.empty()) path.append("/").append(subresource);
    return path;
}

Right Place::right_to(std::string_view verb) const {
    std::string what = resource.to_string();
    if (!subresource.empty()) what.append("/").append(subresource);
    return {verb, std::move(what), namespace_name};
}

}  // namespace breakwater::kube
