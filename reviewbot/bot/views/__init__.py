"""What a message looks like when it is sent: facts from `queries`, sentences from `words`."""
