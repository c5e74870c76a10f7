"""What somebody may do now with a case: every act is asked, as it asks itself before it is done, and none is."""
