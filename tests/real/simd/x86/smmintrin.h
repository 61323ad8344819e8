/* smmintrin.h - SSE 4.1 made of WebAssembly's vectors, by SIMDe; one is ours:
 * its own extends the sign of the byte. */
#pragma once
#include "emmintrin.h"
#include <simde/x86/sse4.1.h>
#undef _mm_extract_epi8
#define _mm_extract_epi8(a, i) wasm_u8x16_extract_lane(a, i)
