"""How long those took who went from one step of a funnel to a later one."""
