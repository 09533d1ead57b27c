-- says: require-itself.lua:2: module 'require-itself' requires itself
require "require-itself"
