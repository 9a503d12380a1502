"""Answers to citizens: fetched from the relay, proposed like everything, told back when live."""
