"""Processes as Temporal workflows: order, time and effects of a case. Who decides is the approval service's."""
