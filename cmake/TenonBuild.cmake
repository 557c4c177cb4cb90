# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Compiler settings shared by every target of the project.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
add_compile_options(-Wall -Wextra -Werror -fvisibility=hidden -fvisibility-inlines-hidden)
add_link_options(-fuse-ld=lld)

find_program(CCACHE ccache)
if(CCACHE)
  # ccache looks into compiles that use a precompiled header only with these.
  set(launcher ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>"
                      "$<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>")
endif()

if(TENON_SANITIZE)
  add_compile_options(-fsanitize=${TENON_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${TENON_SANITIZE})
endif()
if(TENON_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# tenon_deployed_target(NAME): runs on machines without a C++ library, or with an older one. The sanitizers want theirs.
# Unused parts go, since Debian 12's libstdc++ calls a function of glibc 2.36 from one (std::random_device).
function(tenon_deployed_target name)
  if(NOT TENON_SANITIZE)
    target_link_options(${name} PRIVATE -static-libstdc++ -static-libgcc -Wl,--gc-sections)
  endif()
endfunction()

# tenon_fuzz_target(NAME SOURCE LIBRARIES...): a libFuzzer program, built only with TENON_FUZZ.
function(tenon_fuzz_target name source)
  if(TENON_FUZZ)
    add_executable(${name} ${source})
    target_link_libraries(${name} PRIVATE ${ARGN})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  endif()
endfunction()
