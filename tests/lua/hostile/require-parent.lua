-- says: require-parent.lua:2: module '../engine_spec' cannot be required
require "../engine_spec"
