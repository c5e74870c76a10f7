"""What a process can say, one class a callee: each verb is one line of prose there and one typed call here."""
