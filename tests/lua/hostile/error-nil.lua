-- says: nil
error(nil)
