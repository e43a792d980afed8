#include "controller/translate/class.h"

#include <gtest/gtest.h>

#include "controller/translate/test_support.h"

namespace breakwater::translate {
namespace {

constexpr const char* kReference =
    "ingress-nginx, 6: class rule where IngressClasses may not be listed";

struct ClassCase {
    const char* name;
    const char* class_name;  ///< `spec.ingressClassName`
    const char* annotation;  ///< the old one; empty: none
    bool ours;
};

const ClassCase kClassCases[] = {
    {"our_name", "nginx", "", true},
    {"another_name", "internal", "", false},
    {"name_goes_before_annotation", "internal", "nginx", false},
    {"our_annotation", "", "nginx", true},
    {"another_annotation", "", "internal", false},
    {"nothing", "", "", false},
};

class ForbiddenClassesTest : public testing::TestWithParam<ClassCase> {};

TEST_P(ForbiddenClassesTest, AreComparedByName) {
    SCOPED_TRACE(kReference);
    const ClassCase& c = GetParam();
    kube::Objects objects;
    objects.forbidden.insert(kube::Kind::ingress_class);
    kube::Ingress ingress;
    ingress.ingress_class_name = c.class_name;
    ingress.meta.annotations["kubernetes.io/ingress.class"] = c.annotation;
    Report report;
    EXPECT_EQ(is_ours(ingress, objects, {}, report), c.ours);
    EXPECT_TRUE(report.take().empty());
}

INSTANTIATE_TEST_SUITE_P(Ingresses, ForbiddenClassesTest, testing::ValuesIn(kClassCases),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace breakwater::translate
