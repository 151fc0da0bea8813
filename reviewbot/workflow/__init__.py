"""What happens, one transaction each: a reading comes in, somebody acts, time passes."""
