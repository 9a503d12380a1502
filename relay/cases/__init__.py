"""Cases (vụ việc) as plain values: states, events, history, clocks, routing. No database here."""
