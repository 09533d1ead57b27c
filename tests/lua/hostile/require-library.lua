-- says: require-library.lua:2: module 'lfs' not found
require "lfs"
