"""`make backup`, `make restore`, `make drill`: database and files of one moment, checked before they are trusted."""
