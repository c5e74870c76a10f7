"""The smallest service there is, to test the chassis with: a note has a name, words, and a version."""
