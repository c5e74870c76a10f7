"""People's commands: a gRPC client of the services, with no rules of its own.

session.py     who calls, in which language, over which channels      command.py   what every command has in common
labels.py      names of fields and states, read from the protos       cells.py     one value as a person reads it
output.py      tables, details, JSON                                  names.py     what people type for a document
values.py      money, dates, months typed by people                   claim_lines.py   lines of a claim, typed or in a file
exits.py       exit codes                                             commands/    one module a group
"""
