"""Messages in words, by the labels of the protos: what every client of the services shows people is read here."""
