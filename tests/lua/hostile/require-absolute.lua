-- says: require-absolute.lua:2: module '/etc/passwd' cannot be required
require "/etc/passwd"
