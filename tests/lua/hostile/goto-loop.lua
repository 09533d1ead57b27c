-- ends: still running
::again:: goto again
