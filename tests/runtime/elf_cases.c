/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Objects that the loader must refuse, one for each macro. */
#define EXPORT __attribute__((visibility("default")))

#if defined(CASE_data)
static int counter;
EXPORT int count(void) { return ++counter; }
#elif defined(CASE_tls)
static _Thread_local int counter;
EXPORT int *count(void) { return &counter; }
#elif defined(CASE_init)
__attribute__((constructor)) static void start(void) { __asm__ volatile(""); }
EXPORT void nothing(void) {}
#elif defined(CASE_undefined)
EXPORT int elsewhere(void);
EXPORT int call(void) { return elsewhere(); }
#elif defined(CASE_needed)
EXPORT void nothing(void) {}
#endif
