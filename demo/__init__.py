"""A group to try Zhupi with, and stories of it.

people.py      Chinese names with logins          group.py       organisations, people, posts, reporting lines; small and whole
money.py       expense types, limits, budgets     customers.py   whom the group sells to: kinds.py, licences.py, words/
sheets.py      all of it as sheets                load.py        puts it in, once; load_customers.py takes the customers over
activities.py  what the group does at its customers, with pictures.py; activity_lives.py has each live, load_activities.py all of them
case_story.py  what all stories have in common    story.py, seal_story.py, customer_story.py, activity_story.py: a claim, a seal, …
looking.py     what there is to see afterwards    telling.py     how it is told
"""
