#pragma once
// One value inside an object's JSON, with its path, for parse.cc: reads what is there as the type that
// is wanted, and notes the first mistake of the object. After a mistake reading goes on with defaults,
// so the parsers have no error path of their own; their caller asks once at the end.
//
// Borrows the JSON and the note; a value of one thread.

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "controller/kube/objects.h"

namespace breakwater::kube {

class Field {
public:
    Field(const nlohmann::json& value, std::optional<Mistake>& first)
        : Field(&value, std::string(), first) {}

    /// The member of that name; absent where there is none, or null, or this is itself absent.
    [[nodiscard]] Field operator[](std::string_view name) const;
    [[nodiscard]] bool present() const { return value_ != nullptr; }

    [[nodiscard]] std::string text(std::string_view absent = {}) const;
    [[nodiscard]] bool boolean(bool absent) const;
    /// 1..65535; 0 where absent.
    [[nodiscard]] std::uint16_t port() const;
    /// A number, or a text that is a name.
    [[nodiscard]] PortRef port_ref() const;
    /// A map of texts; null as a value reads as an empty text, as it does in the API.
    [[nodiscard]] Texts texts() const;
    [[nodiscard]] std::vector<std::string> text_list() const;

    /// One of these, by its text.
    template <class Enum>
    [[nodiscard]] Enum one_of(std::initializer_list<std::pair<std::string_view, Enum>> known,
                              Enum absent) const;

    /// `read(Field)` for each element of the array.
    template <class Read>
    [[nodiscard]] auto list(Read read) const {
        const std::vector<Field> all = elements();
        std::vector<decltype(read(*this))> out;
        out.reserve(all.size());
        for (const Field& element : all) out.push_back(read(element));
        return out;
    }

    void mistake(std::string text) const;

private:
    Field(const nlohmann::json* value, std::string path, std::optional<Mistake>& first)
        : value_(value), path_(std::move(path)), first_(&first) {}

    /// False, and a mistake unless absent, where the value is not of that type.
    [[nodiscard]] bool is(nlohmann::json::value_t type) const;
    [[nodiscard]] std::vector<Field> elements() const;

    const nlohmann::json* value_;  ///< null: absent
    std::string path_;
    std::optional<Mistake>* first_;
};

template <class Enum>
Enum Field::one_of(std::initializer_list<std::pair<std::string_view, Enum>> known,
                   Enum absent) const {
    if (!is(nlohmann::json::value_t::string)) return absent;
    std::string names;
    for (const auto& [name, value] : known) {
        if (value_->get_ref<const std::string&>() == name) return value;
        names.append(names.empty() ? "" : ", ").append(name);
    }
    mistake("must be one of " + names);
    return absent;
}

}  // namespace breakwater::kube
