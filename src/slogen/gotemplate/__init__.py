"""Go's text/template language, as far as alert labels and annotations can use it, written from its behaviour."""
