# Run by ethpoc_embed: IN (a file) becomes FOLDER/NAME.cpp and FOLDER/NAME.hpp.
file(READ "${IN}" hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
string(REGEX REPLACE "(................................................................................)" "\\1\n" bytes "${bytes}")
file(WRITE "${FOLDER}/${NAME}.hpp"
    "#pragma once\n#include <span>\nnamespace ethpoc::embedded {\nextern const std::span<const unsigned char> ${NAME};\n}\n")
file(WRITE "${FOLDER}/${NAME}.cpp"
    "#include \"embedded/${NAME}.hpp\"\nnamespace ethpoc::embedded {\nnamespace {\nconstexpr unsigned char bytes[] = {\n${bytes}};\n}\nextern const std::span<const unsigned char> ${NAME};\nconst std::span<const unsigned char> ${NAME}{bytes};\n}\n")
