"""The reference pages, made from the code that they describe; changes when there is another page to print."""
