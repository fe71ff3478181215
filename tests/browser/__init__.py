"""The playground in a real browser: what people do by hand, done by hand."""
