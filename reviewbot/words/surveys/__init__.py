"""What guests read: invitations, the questions of a survey, thanks; and what staff print."""
