"""The JSON Schemas that the files of ``specs/`` must meet."""
