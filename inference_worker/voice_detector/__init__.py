"""Where speech is, for the worker (uploads) and for live captions alike. Knows neither of them."""
