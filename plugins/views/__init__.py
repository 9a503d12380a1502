"""View functions: from content to the plain values a template sees. One kind of page a module."""
