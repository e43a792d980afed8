# Which build this is, for `breakwater version`. Git is asked at each build, and what it says is compiled into one file
# (cmd/breakwater/version.cc): a commit makes nothing else anew. cmake/write_version.cmake has the rule.

set(BREAKWATER_VERSION "" CACHE STRING "where git cannot be asked, such as in an image's build: 1.2.3; empty: git says it")
set(version_header ${CMAKE_BINARY_DIR}/version/breakwater_version.h)
add_custom_target(breakwater_version_header
    COMMAND ${CMAKE_COMMAND} -DGIVEN=${BREAKWATER_VERSION} -DRELEASE=${PROJECT_VERSION} -DSOURCE=${CMAKE_SOURCE_DIR}
            -DHEADER=${version_header} -P ${CMAKE_SOURCE_DIR}/cmake/write_version.cmake
    BYPRODUCTS ${version_header}
    COMMENT "")

# What compiles cmd/breakwater/version.cc.
function(breakwater_knows_its_version target)
    add_dependencies(${target} breakwater_version_header)
    target_include_directories(${target} PRIVATE ${CMAKE_BINARY_DIR}/version)
endfunction()
