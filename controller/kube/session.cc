#include "controller/kube/session.h"

namespace breakwater::kube {

std::expected<Response, Trouble> Session::ask(const Request& what, BodyReader& reader,
                                              const std::stop_token& stop) {
    const auto presented = credentials_.present(stop);
    if (!presented) {
        return std::unexpected(Trouble{Trouble::Cause::credentials, presented.error()});
    }
    Response response = client_.send(credentials_.cluster(), *presented, what, reader, stop);
    if (response.status == 401) credentials_.refused(presented->identity);
    return response;
}

}  // namespace breakwater::kube
