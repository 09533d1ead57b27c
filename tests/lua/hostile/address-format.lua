-- says: string.format: '%p' is not available
return { ("%d %5p"):format(1, {}) }
