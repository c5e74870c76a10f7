"""The issuer of `zhupi up`: a page where one chooses who to be, and the OpenID Connect endpoints behind it.

For demonstrations on one machine. It says so in large letters, and is there only where no provider is named.
"""
