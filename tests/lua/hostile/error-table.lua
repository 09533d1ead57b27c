-- says: the script failed with a table as its error
error({ "nothing to read" })
