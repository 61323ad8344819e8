/* The bells of this build. */
#include "bell_test.h"
