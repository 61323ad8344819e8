(func) (memory 1)
(export "f" (func 0))