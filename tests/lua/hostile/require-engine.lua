-- says: require-engine.lua:2: module 'moerates.engine' cannot be required
require "moerates.engine"
