"""An analysis from its file to the kept result, without the page: what is asked, done and kept."""
