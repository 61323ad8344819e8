# tag_catch.s - int catch_it(function, int): calls the function with the
# number; 100 and the number if the library's tag came out, 200 and the number
# if it was the other one, 300 if it was anything else, and -1 if nothing.

	.tagtype	defined_tag i32
	.tagtype	undefined_tag i32

	.text
	.globl	catch_it
	.type	catch_it,@function
catch_it:
	.functype	catch_it (i32, i32) -> (i32)
	try	i32
	local.get	1
	local.get	0
	call_indirect	(i32) -> ()
	i32.const	-1
	catch	defined_tag
	i32.const	100
	i32.add
	catch	undefined_tag
	i32.const	200
	i32.add
	catch_all
	i32.const	300
	end_try
	end_function
