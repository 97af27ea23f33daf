"""Reading YAML: bytes in, plain data with places out, or diagnostics; no input of any kind raises."""
