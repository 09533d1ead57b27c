-- says: broken.lua:2: unexpected symbol near '='
= 1
