"""Replay: rule files as Prometheus reads them, run over synthetic series for as long as a story needs.

It sees emitted files and series only, never the Program, so it judges what ships.
"""
