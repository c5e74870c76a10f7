"""Who there is: organisations, people, posts and reporting lines, all dated."""
