# tag.s - the tag of C++ exceptions, in the one module that has it.
.globl __cpp_exception
.tagtype __cpp_exception i32
__cpp_exception:
