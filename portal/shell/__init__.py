"""What stands around every page: navigation, layout, assets, and how a page becomes an answer."""
