"""The portal's own words: a words.yaml in each folder, Chinese and English side by side.

What services say comes in both languages from them; here is only what the pages themselves say.
"""
