# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# LLVM and MLIR 22 as shared libraries, TableGen, and the precompiled header of everything that includes MLIR.
find_package(MLIR 22.1 REQUIRED CONFIG HINTS /usr/lib/llvm-22/lib/cmake/mlir)
find_package(LLVM 22.1 REQUIRED CONFIG HINTS /usr/lib/llvm-22/lib/cmake/llvm)
list(APPEND CMAKE_MODULE_PATH ${MLIR_CMAKE_DIR} ${LLVM_CMAKE_DIR})
find_program(LLVM_TBLGEN llvm-tblgen HINTS ${LLVM_TOOLS_BINARY_DIR} REQUIRED)
find_program(MLIR_TBLGEN mlir-tblgen HINTS ${LLVM_TOOLS_BINARY_DIR} REQUIRED)
find_package(Python3 REQUIRED COMPONENTS Interpreter)

# tenon_tablegen(TARGET SOURCE.td OUTPUT FLAG... ): OUTPUT, relative to the build folder, from SOURCE by mlir-tblgen.
function(tenon_tablegen target source output)
  set(generated ${CMAKE_BINARY_DIR}/${output})
  add_custom_command(OUTPUT ${generated}
    COMMAND ${MLIR_TBLGEN} ${ARGN} -I${CMAKE_SOURCE_DIR} -I${LLVM_INCLUDE_DIR}
            ${CMAKE_SOURCE_DIR}/${source} -o ${generated} -d ${generated}.d --write-if-changed
    DEPENDS ${CMAKE_SOURCE_DIR}/${source} DEPFILE ${generated}.d VERBATIM)
  string(MAKE_C_IDENTIFIER ${output} name)
  add_custom_target(${name} DEPENDS ${generated})
  add_dependencies(${target} ${name})
endfunction()

# Everything that includes MLIR compiles with these settings, so that one precompiled header serves all of it.
add_library(tenon_mlir INTERFACE)
target_include_directories(tenon_mlir SYSTEM INTERFACE ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
target_include_directories(tenon_mlir INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})
target_compile_definitions(tenon_mlir INTERFACE ${LLVM_DEFINITIONS_LIST})
# Type identities must be the same in every shared object: plugins see the dialects' own.
target_compile_options(tenon_mlir INTERFACE -fvisibility=default -Wno-unused-parameter)
target_link_libraries(tenon_mlir INTERFACE MLIR LLVM)

add_library(tenon_mlir_pch OBJECT ${CMAKE_SOURCE_DIR}/cmake/MlirPch.cpp)
target_link_libraries(tenon_mlir_pch PRIVATE tenon_mlir)
target_precompile_headers(tenon_mlir_pch PRIVATE ${CMAKE_SOURCE_DIR}/cmake/MlirPch.h)

# tenon_mlir_target(TARGET): compiles its sources with the shared precompiled header.
function(tenon_mlir_target target)
  target_link_libraries(${target} PRIVATE tenon_mlir)
  target_precompile_headers(${target} REUSE_FROM tenon_mlir_pch)
  get_target_property(type ${target} TYPE)
  if(type STREQUAL EXECUTABLE)
    # The header is precompiled as position-independent code, not as CMake's -fPIE of executables.
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(${target} PRIVATE -fPIC)
  endif()
endfunction()
