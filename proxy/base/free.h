#pragma once
// An owner for what a C library hands out: `std::unique_ptr<X509, Free<X509_free>>`. Any thread.

namespace breakwater {

/// Hands the object back to the library's own function.
template <auto kFree>
struct Free {
    template <class T>
    void operator()(T* object) const {
        kFree(object);
    }
};

}  // namespace breakwater
