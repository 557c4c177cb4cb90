# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# How tests that are no GoogleTest programs are registered.
find_package(Python3 REQUIRED COMPONENTS Interpreter)

# tenon_python_test(NAME SCRIPT ARGUMENTS...): passes when the script exits with 0.
function(tenon_python_test name script)
  add_test(NAME ${name} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/${script} ${ARGN})
endfunction()

# tenon_lit_suite(FOLDER PROGRAMS...): the test lit_FOLDER runs all lit tests below tests/FOLDER. PROGRAMS are the targets
# that these call; they are found by name. `tools/test --only` reads the labels to know what to build.
function(tenon_lit_suite folder)
  find_program(TENON_LIT NAMES lit llvm-lit HINTS /usr/lib/llvm-22/bin REQUIRED)
  find_program(TENON_FILECHECK FileCheck HINTS /usr/lib/llvm-22/bin REQUIRED)
  get_filename_component(llvm_bin ${TENON_FILECHECK} DIRECTORY)
  string(MAKE_C_IDENTIFIER ${folder} name)
  add_test(NAME lit_${name}
    COMMAND ${Python3_EXECUTABLE} ${TENON_LIT} -v --order=lexical
            --param bin=${CMAKE_RUNTIME_OUTPUT_DIRECTORY} --param llvm_bin=${llvm_bin}
            --param work=${PROJECT_BINARY_DIR}/lit ${PROJECT_SOURCE_DIR}/tests/${folder})
  list(TRANSFORM ARGN PREPEND "builds:" OUTPUT_VARIABLE labels)
  set_tests_properties(lit_${name} PROPERTIES LABELS "lit;${labels}")
endfunction()
