"""The facts as rows. Functions take a Session of a running transaction; none of them commits."""
