-- says: require-link.lua:2: module 'link' leads out of the script's directory
require "link"
