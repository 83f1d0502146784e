"""What goes with going on from a step of a funnel, and with stopping there."""
