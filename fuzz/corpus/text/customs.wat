(module
  (@custom "a" "one" " two") (@custom "b" (before first) "x")
  (@custom "c" (after last)) (@custom "d" (before type)) (@custom "e" (after import))
  (@custom "f" (before func)) (@custom "g" (after table)) (@custom "h" (before memory))
  (@custom "i" (after tag)) (@custom "j" (before global)) (@custom "k" (after export))
  (@custom "l" (before start)) (@custom "m" (after elem)) (@custom "n" (before code))
  (@custom "o" (after datacount)) (@custom "p" (before data) "\ff")
  (@unknown (of any "kind") 3 $x) (@"quoted" ()) (;a (;nested;) comment;) ;; and a line
  (func) (@custom "name" (after code) "\00\02\01m"))
