/* emmintrin.h - SSE2 made of WebAssembly's vectors, by SIMDe; one is ours: its
 * own is vectors of 32 bytes, which clang 19 and 22 cannot always compile. */
#pragma once
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/sse2.h>
#undef _mm_madd_epi16
#define _mm_madd_epi16(a, b) wasm_i32x4_dot_i16x8(a, b)
