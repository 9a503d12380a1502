"""Checks on the files of a proposal: each looks at one file's path and bytes."""
