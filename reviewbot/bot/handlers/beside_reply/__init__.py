"""What is asked and done beside a reply: places that answer, measures, complaints to sites."""
