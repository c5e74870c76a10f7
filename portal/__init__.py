"""The portal: where approvals are started, decided and watched, in a browser.

A client of the services and nothing more: it has no database and no rules of its own. A folder of pages (`inbox`,
`document`) has routes.py (decode, call, show), views.py (messages into what a template needs), templates and words.yaml.
"""
