#include "controller/kube/field.h"

#include <limits>

namespace breakwater::kube {
namespace {

using Type = nlohmann::json::value_t;

std::string_view name_of(Type type) {
    switch (type) {
        case Type::object: return "an object";
        case Type::array: return "a list";
        case Type::string: return "a string";
        case Type::boolean: return "true or false";
        default: return "a number";
    }
}

bool is_port(const nlohmann::json& value) {
    if (!value.is_number_integer()) return false;
    if (!value.is_number_unsigned() && value.get<std::int64_t>() < 0) return false;
    const auto number = value.get<std::uint64_t>();
    return number >= 1 && number <= std::numeric_limits<std::uint16_t>::max();
}

}  // namespace

Field Field::operator[](std::string_view name) const {
    const nlohmann::json* member = nullptr;
    if (is(Type::object)) {
        const auto found = value_->find(name);
        if (found != value_->end() && !found->is_null()) member = &*found;
    }
    std::string path = path_;
    if (!path.empty()) path += '.';
    return {member, path.append(name), *first_};
}

std::string Field::text(std::string_view absent) const {
    return is(Type::string) ? value_->get<std::string>() : std::string(absent);
}

bool Field::boolean(bool absent) const { return is(Type::boolean) ? value_->get<bool>() : absent; }

std::uint16_t Field::port() const {
    if (!present()) return 0;
    if (!is_port(*value_)) {
        mistake("must be a port number, 1 to 65535");
        return 0;
    }
    return value_->get<std::uint16_t>();
}

PortRef Field::port_ref() const {
    if (present() && value_->is_string()) return {.name = text(), .number = 0};
    return {.name = {}, .number = port()};
}

Texts Field::texts() const {
    Texts out;
    if (!is(Type::object)) return out;
    for (const auto& [name, value] : value_->items()) {
        const nlohmann::json* text = value.is_null() ? nullptr : &value;
        out.emplace(name, Field(text, path_ + "." + name, *first_).text());
    }
    return out;
}

std::vector<std::string> Field::text_list() const {
    return list([](const Field& element) { return element.text(); });
}

void Field::mistake(std::string text) const {
    if (!*first_) first_->emplace(Mistake{path_, std::move(text)});
}

bool Field::is(Type type) const {
    if (!present()) return false;
    if (value_->type() == type) return true;
    mistake(std::string("must be ").append(name_of(type)));
    return false;
}

std::vector<Field> Field::elements() const {
    std::vector<Field> out;
    if (!is(Type::array)) return out;
    out.reserve(value_->size());
    for (std::size_t i = 0; i < value_->size(); ++i) {
        out.push_back({&(*value_)[i], path_ + "[" + std::to_string(i) + "]", *first_});
    }
    return out;
}

}  // namespace breakwater::kube
