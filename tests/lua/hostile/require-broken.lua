-- says: broken.lua:2: unexpected symbol near '='
require "broken"
