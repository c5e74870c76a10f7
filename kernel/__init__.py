"""Words every service shares: money, actors, clocks, refusals, transitions, events. Pure, standard library only."""
