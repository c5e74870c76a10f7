"""What people and cases do with activities, one verb each."""
