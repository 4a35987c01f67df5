"""The archive: everything that was registered as plain files, from which it can be made again."""
