"""A group to try Zhupi with, and the story of one claim.

people.py    Chinese names with logins        group.py    organisations, people, posts, reporting lines
money.py     expense types, limits, budgets   sheets.py   all of it as sheets that services import
load.py      puts it in, once                 story.py    one claim from draft to payment
looking.py     what there is to see of it         telling.py  how it is told
"""
