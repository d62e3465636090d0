// The whole program in this process: arguments in, exit code and both streams out.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "cmd/args.hpp"

namespace ethpoc::test {

struct Ran {
    int code;
    std::string out;
    std::string err;
};

inline Ran run_program(const std::vector<std::string>& arguments, const config::Environment& environment = {}) {
    std::vector<const char*> pointers{"ethpoc"};
    for (const std::string& argument : arguments) {
        pointers.push_back(argument.c_str());
    }
    char* out_data = nullptr;
    char* err_data = nullptr;
    std::size_t out_size = 0;
    std::size_t err_size = 0;
    std::FILE* const out = open_memstream(&out_data, &out_size);
    std::FILE* const err = open_memstream(&err_data, &err_size);
    const int code = cmd::run_program(static_cast<int>(pointers.size()), pointers.data(), environment, out, err);
    std::fclose(out);
    std::fclose(err);
    Ran ran{code, {out_data, out_size}, {err_data, err_size}};
    std::free(out_data);
    std::free(err_data);
    return ran;
}

} // namespace ethpoc::test
