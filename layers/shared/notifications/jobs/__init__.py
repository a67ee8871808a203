"""Jobs: long work in resumable chunks, each committed together with the position from which the next one continues."""
