"""What is done about a review beside its reply: the place asked, measures, the site."""
