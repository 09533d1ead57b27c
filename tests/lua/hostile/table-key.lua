-- says: keys must be strings or numbers
return { [{}] = 1 }
