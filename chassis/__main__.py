"""`python -m chassis` is `zhupi`."""

from chassis.cli import main

main()
