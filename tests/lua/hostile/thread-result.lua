-- says: thread: a thread cannot leave a script
return { thread = coroutine.create(print) }
