# tag_lib.s - defines a tag and throws it; throws another that nobody defines.

	.tagtype	defined_tag i32
	.globl	defined_tag
defined_tag:

	.tagtype	undefined_tag i32

	.text
	.globl	throw_defined
	.type	throw_defined,@function
throw_defined:
	.functype	throw_defined (i32) -> ()
	local.get	0
	throw	defined_tag
	end_function

	.globl	throw_undefined
	.type	throw_undefined,@function
throw_undefined:
	.functype	throw_undefined (i32) -> ()
	local.get	0
	throw	undefined_tag
	end_function
